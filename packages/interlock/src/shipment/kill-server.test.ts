import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { shipKilled, type Killed } from "./testing/killed-shipment.ts";

let shadow: Shadow;
let done: Killed["remains"];
let rolledBack: Killed["remains"];

beforeAll(async () => {
  shadow = await openShadow();
  [{ remains: done }, { remains: rolledBack }] = await Promise.all([
    shipKilled(shadow, { direction: "forward", kills: [] }),
    shipKilled(shadow, { direction: "back", kills: [] }),
  ]);
});
afterAll(async () => {
  await shadow.close();
});

test("nobody is killed: all are done, or all are rolled back", () => {
  expect(done).toMatchObject({ state: "done", databases: ["done", "done", "done"] });
  expect(rolledBack).toMatchObject({
    state: "rolled-back",
    databases: ["rolled-back", "rolled-back", "rolled-back"],
  });
});

test("kill -9 of the server at work in every phase on the way forward: the end is the same", async () => {
  const kills = [
    "before expand",
    "in a backfill",
    "between databases",
    "while it waits",
    "in contract",
  ] as const;
  const { remains, killedAt } = await shipKilled(shadow, { direction: "forward", kills });
  expect(remains).toEqual(done);
  expect(killedAt.map((where) => where.replace(/:.*/, ""))).toEqual([...kills]);
});

test("kill -9 in a backfill and in the rollback: the end is the same", async () => {
  const kills = ["in a backfill", "in rollback", "in rollback"] as const;
  const { remains, killedAt } = await shipKilled(shadow, { direction: "back", kills });
  expect(remains).toEqual(rolledBack);
  expect(killedAt.map((where) => where.replace(/:.*/, ""))).toEqual([...kills]);
});

test("every session on the control database ends in a backfill, twice: the servers take it up again", async () => {
  const kills = ["sessions end", "sessions end"] as const;
  const { remains, killedAt } = await shipKilled(shadow, { direction: "forward", kills });
  expect(remains).toEqual(done);
  expect(killedAt).toHaveLength(2);
});
