import { expect, test } from "vitest";
import { MigrationFailure } from "../migration/apply.ts";
import { LimitExceeded } from "../migration/limit-exceeded.ts";
import { obstacleOf } from "./obstacle.ts";
import { defaultLimits } from "./sandbox/limits.ts";
import { Overseer } from "./sandbox/overseer.ts";

test("who runs out of time as a whole is told of --time-limit, who does so in one statement is not", () => {
  expect(hintOf(exceededWhole())).toContain("--time-limit");
  expect(hintOf({ sqlstate: "57014", message: "it was ended: a statement may take 10 s" })).not.toContain(
    "--time-limit",
  );
});

/** What an overseer says itself once the time is over. */
function exceededWhole(): { sqlstate: string; message: string } {
  const session = {
    stream: { bytesRead: 0 },
    statementMs: 1_000,
    end: () => Promise.resolve(),
    databaseBytes: () => Promise.resolve(0),
  };
  const overseer = new Overseer(session, { limits: defaultLimits, endsAt: () => 0 });
  overseer.begin();
  overseer.rest();
  if (overseer.exceeded === undefined) throw new Error("the time was over");
  return overseer.exceeded;
}

function hintOf(exceeded: { sqlstate: string; message: string }): string {
  const facts = { code: "migration-does-not-apply", message: "a.sql:1: 57014 it was ended" };
  return obstacleOf(
    new MigrationFailure({ ...facts, cause: new LimitExceeded(exceeded) }, { path: "a.sql", line: 1 }),
  ).hint;
}
