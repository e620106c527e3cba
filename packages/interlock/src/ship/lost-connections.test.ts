import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { describeStructure } from "../catalog/describe.ts";
import { Failure } from "../std/failure.ts";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { shipChange } from "./ship-change.ts";
import { shipStatus } from "./ship-status.ts";
import { useDatabase } from "./testing-database.ts";
import { TestingProxy, type Fault } from "./testing-proxy.ts";

const database = useDatabase();
let proxy: TestingProxy;

beforeEach(async () => {
  const { host = "", port = 5432 } = database.connection;
  proxy = await TestingProxy.open({ host, port });
});
afterEach(async () => {
  await proxy.close();
});

async function left(): Promise<unknown> {
  const structure = await describeStructure(database.client);
  const rows = await database.rows("select to_jsonb(payments) as row from payments order by id");
  return [[...structure].toSorted(), rows];
}

/** Places spread over a conversation of so many bytes, its beginning (the login) left out. */
function places({ client, server }: Record<Fault["from"], number>): [Fault["from"], number][] {
  return (["client", "server"] as const).flatMap((from) => {
    const total = from === "client" ? client : server;
    return [0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.99].map((share): [Fault["from"], number] => [
      from,
      Math.round(total * share),
    ]);
  });
}

describe("a connection that breaks", () => {
  test("anywhere in the conversation, before or after the server had a commit, ends as if it had not", async () => {
    const { client } = database;
    await createPayments(client, { rows: 300 });
    const undisturbed = proxy.through(database.connection);
    await shipChange({ plan: paidStatusPlan(), connection: undisturbed });
    const expected = await left();
    const lost: number[] = [];
    for (const [from, after] of places(proxy.bytesOfFirst)) {
      await client.query("drop table payments; drop schema interlock cascade");
      await createPayments(client, { rows: 300 });
      const events = new CollectedEvents();
      proxy.failNext({ from, after, how: "cut" });
      const shipping = shipChange({
        plan: paidStatusPlan(),
        connection: proxy.through(database.connection),
        on: events.on,
      });
      // Lost before the change was begun it is a clear failure, and shipping again is all there is to do.
      await shipping.catch(async (error: unknown) => {
        if (!(error instanceof Failure) || error.code !== "database-went-away") throw error;
        await shipChange({ plan: paidStatusPlan(), connection: database.connection });
      });
      lost.push(events.of("connection-lost").length);
      expect([from, after, await left()]).toEqual([from, after, expected]);
    }
    expect(lost.filter((count) => count === 1).length).toBeGreaterThan(7);
  });

  test.each(["an answer", "everything"])(
    "that swallows %s without a word is found and made anew",
    async (what) => {
      await createPayments(database.client, { rows: 300 });
      const events = new CollectedEvents();
      if (what === "an answer") proxy.failNext({ from: "server", after: 8_000, how: "hang" });
      const shipped = await shipChange({
        plan: paidStatusPlan(),
        connection: proxy.through(database.connection),
        stalledAfterMs: 60,
        on: (event) => {
          events.on(event);
          if (what !== "everything" || event.type !== "backfill-progress") return;
          if (events.of("reconnected").length === 0) proxy.hangAll();
        },
      });
      expect(shipped).toMatchObject({ state: "done" });
      expect(events.of("connection-lost")).toHaveLength(1);
    },
  );

  test("to a server that has gone for good is a failure in bounded time, and status knows the rest", async () => {
    await createPayments(database.client, { rows: 300 });
    const { host = "", port = 5432 } = database.connection;
    const shipping = shipChange({
      plan: paidStatusPlan(),
      connection: proxy.through(database.connection),
      stalledAfterMs: 60,
      reconnectForMs: 200,
      on: ({ type }) => {
        if (type !== "backfill-progress") return;
        proxy.hangAll();
        proxy.lead({ host: "/nowhere", port: 1 });
      },
    });
    await expect(shipping).rejects.toMatchObject({
      code: "database-went-away",
      state: "The migrate phase is under way: the old version works, the new one may not yet.",
    });
    proxy.lead({ host, port });
    const connection = proxy.through(database.connection);
    expect((await shipStatus({ connection })).change).toMatchObject({ state: "migrating" });
    expect(await shipChange({ plan: paidStatusPlan(), connection })).toMatchObject({ state: "done" });
  });
});
