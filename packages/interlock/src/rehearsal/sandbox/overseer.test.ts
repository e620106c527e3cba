import { expect, test } from "vitest";
import { defaultLimits } from "./limits.ts";
import { Overseer } from "./overseer.ts";

test("statements that are over at once are held to the time of the whole", () => {
  let ended = 0;
  let endsAt = Infinity;
  const session = {
    stream: { bytesRead: 0 },
    statementMs: 1_000,
    end: () => {
      ended += 1;
      return Promise.resolve();
    },
    databaseBytes: () => Promise.resolve(0),
  };
  const overseer = new Overseer(session, { limits: defaultLimits, endsAt: () => endsAt });
  overseer.begin();
  overseer.rest();
  expect({ ended, exceeded: overseer.exceeded }).toEqual({ ended: 0, exceeded: undefined });
  endsAt = 0;
  overseer.begin();
  overseer.rest();
  expect(ended).toBe(1);
  expect(overseer.exceeded).toMatchObject({ sqlstate: "57014" });
});
