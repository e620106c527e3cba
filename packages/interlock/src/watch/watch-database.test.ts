import type { Client, ClientConfig } from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { enableGuard } from "../guard/enable-guard.ts";
import { openGuard } from "../guard/open-guard.ts";
import { removeFromDatabase } from "../guard/remove-from-database.ts";
import { useDatabase } from "../ship/testing-database.ts";
import { createPayments, paidStatusPlan } from "../ship/example-change.ts";
import { shipChange } from "../ship/ship-change.ts";
import { sleep } from "../std/sleep.ts";
import type { Workload } from "../workload/workload.ts";
import type { WatchEvent } from "./alarm.ts";
import { enableWatch } from "./enable-watch.ts";
import { lookOnce } from "./look-once.ts";
import { watchDatabase } from "./watch-database.ts";

const database = useDatabase();

const workload = (version: string, statements: Record<string, string>): Workload => ({
  format: "interlock-workload/1",
  app: "payments",
  version,
  statements: Object.entries(statements).map(([name, sql]) => ({ name, sql })),
});

const old = workload("2.2.0", {
  "list-payments": "select id, is_paid from payments order by id",
  pay: "update payments set is_paid = true where id = $1",
  count: "select count(*) from payments",
});

class Watching {
  readonly events: WatchEvent[] = [];
  versions: readonly Workload[] = [old];
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(connection: ClientConfig) {
    this.#done = watchDatabase({
      connection,
      versions: () => this.versions,
      signal: this.#stop.signal,
      on: (event) => void this.events.push(event),
    });
  }

  /** The next event of a type after those that were there before, however long it takes. */
  async next<T extends WatchEvent["type"]>(type: T, after = 0): Promise<Extract<WatchEvent, { type: T }>> {
    for (;;) {
      const found = this.events.slice(after).find((event) => event.type === type);
      if (found !== undefined) return found as Extract<WatchEvent, { type: T }>;
      await sleep(5);
    }
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}

let watching: Watching | undefined;
afterEach(async () => {
  await watching?.end();
  watching = undefined;
});

async function watch(): Promise<Watching> {
  watching = new Watching(database.connection);
  await watching.next("watching");
  return watching;
}

async function rename(client: Client): Promise<void> {
  await client.query("alter table payments rename column is_paid to paid");
}

describe("with event triggers", () => {
  test("a change that breaks a statement is an alarm with the statements, the change and who made it", async () => {
    await createPayments(database.client, { rows: 3 });
    await enableWatch(database.client);
    const one = await watch();
    expect(one.events).toEqual([{ type: "watching", how: "event-triggers", why: null }]);
    const culprit = await database.session("migrate-by-hand");
    await culprit.query("create table unrelated (id integer)");
    await rename(culprit);
    const { alarm } = await one.next("alarm");
    expect(alarm).toMatchObject({
      appVersion: "payments@2.2.0",
      statements: [
        { name: "list-payments", sqlstate: "42703", message: 'column "is_paid" does not exist' },
        { name: "pay", sqlstate: "42703" },
      ],
      ddl: [
        {
          tag: "ALTER TABLE",
          objects: ["table column public.payments.paid"],
          who: expect.any(String) as unknown,
          applicationName: "migrate-by-hand",
          text: "alter table payments rename column is_paid to paid",
          permit: null,
        },
      ],
    });
    await culprit.query("alter table payments rename column paid to is_paid");
    expect(await one.next("cleared")).toMatchObject({ appVersion: "payments@2.2.0", why: "works" });
    expect(one.events.map(({ type }) => type)).toEqual(["watching", "alarm", "cleared"]);
  });

  test("nothing is told before the commit, and nothing of what was rolled back", async () => {
    await createPayments(database.client, { rows: 3 });
    await enableWatch(database.client);
    const one = await watch();
    const culprit = await database.session();
    await culprit.query("begin");
    await rename(culprit);
    await culprit.query("rollback");
    await culprit.query("alter table payments add column more integer");
    await database.client.query("drop table payments");
    // A look that the table goes away under tells of the statements that came after; the next one of all of them.
    let told = await one.next("alarm");
    while (told.alarm.statements.length < 3) told = await one.next("alarm");
    const alarms = one.events.flatMap((event) => (event.type === "alarm" ? event.alarm.statements : []));
    expect(new Set(alarms.map(({ sqlstate }) => sqlstate))).toEqual(new Set(["42P01"]));
  });

  test("what is broken at the start is an alarm, with the change that the log has for it", async () => {
    await createPayments(database.client, { rows: 3 });
    await enableGuard(database.client, { by: "ada" });
    const pass = await openGuard(database.client, { by: "ada", role: null, reason: "try", forMs: 60_000 });
    await database.client.query("create table unrelated (id integer)");
    await rename(database.client);
    const one = await watch();
    const { alarm } = await one.next("alarm");
    expect(alarm.ddl).toMatchObject([{ tag: "ALTER TABLE", permit: `pass ${pass.number}` }]);
  });

  test("what comes while nobody can look because of a lock is found when it is gone", async () => {
    await createPayments(database.client, { rows: 3 });
    await enableWatch(database.client);
    const one = await watch();
    const holder = await database.session();
    await holder.query("begin; lock table payments in access exclusive mode");
    one.versions = [workload("2.2.1", { lost: "select nothing from payments" })];
    await one.next("unknown");
    expect(one.events.some(({ type }) => type === "alarm")).toBe(false);
    await holder.query("commit");
    expect(await one.next("alarm")).toMatchObject({ alarm: { appVersion: "payments@2.2.1" } });
    one.versions = [];
    expect(await one.next("cleared")).toMatchObject({ appVersion: "payments@2.2.1", why: "not-live" });
  });

  test("a session that is lost is opened anew, and what happened meanwhile is found", async () => {
    await createPayments(database.client, { rows: 3 });
    await enableWatch(database.client);
    const one = await watch();
    await database.client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'interlock' and datname = current_database()",
    );
    await rename(database.client);
    await one.next("lost");
    await one.next("back");
    expect(await one.next("alarm")).toMatchObject({ alarm: { ddl: [{ tag: "ALTER TABLE" }] } });
  });

  test("Interlock's own change breaks neither version, and is no alarm until its contract", async () => {
    const { connection } = database;
    await createPayments(database.client, { rows: 300 });
    await enableGuard(database.client, { by: "ada" });
    const one = await watch();
    const young = workload("2.3.0", { list: "select id, status from payments" });
    await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
    one.versions = [old, young];
    await sleep(1_500);
    expect(one.events.filter(({ type }) => type !== "watching")).toEqual([]);
    await shipChange({ plan: paidStatusPlan(), connection });
    const { alarm } = await one.next("alarm");
    expect(alarm.appVersion).toBe("payments@2.2.0");
    expect(alarm.ddl.at(-1)).toMatchObject({ tag: "ALTER TABLE", permit: "interlock" });
  });
});

describe("without event triggers", () => {
  test("the catalog is looked at again and again, and it says so", async () => {
    await createPayments(database.client, { rows: 3 });
    const one = await watch();
    expect(one.events).toMatchObject([
      { type: "watching", how: "polling", why: expect.stringContaining("no event triggers") as unknown },
    ]);
    await rename(database.client);
    const { alarm } = await one.next("alarm");
    expect(alarm).toMatchObject({ statements: [{ name: "list-payments" }, { name: "pay" }], ddl: [] });
    await database.client.query("alter table payments rename column paid to is_paid");
    await one.next("cleared");
  });

  test("event triggers that come or go while it watches are noticed", async () => {
    await createPayments(database.client, { rows: 3 });
    const one = await watch();
    await enableWatch(database.client);
    expect(await one.next("watching", 1)).toMatchObject({ how: "event-triggers" });
    await removeFromDatabase(database.client, { everything: false });
    await rename(database.client);
    expect(await one.next("watching", 2)).toMatchObject({ how: "polling" });
    await one.next("alarm");
  });

  test("also for a role that may not read the log", async () => {
    await createPayments(database.client, { rows: 3 });
    await enableWatch(database.client);
    await database.client.query("drop role if exists watcher; create role watcher login");
    watching = new Watching({ ...database.connection, user: "watcher" });
    const { how, why } = await watching.next("watching");
    expect([how, why]).toEqual(["polling", "the role may not read interlock.ddl_log"]);
    await rename(database.client);
    await watching.next("alarm");
    await watching.end();
    watching = undefined;
    await removeFromDatabase(database.client, { everything: false });
    await database.client.query("drop role watcher");
  });
});

test("one look says what does not prepare now", async () => {
  await createPayments(database.client, { rows: 3 });
  const fine = await lookOnce(database.connection, [old]);
  expect(fine).toEqual({ events: [], isWhole: true });
  await rename(database.client);
  const broken = await lookOnce(database.connection, [old]);
  expect(broken.events).toMatchObject([{ type: "alarm", alarm: { statements: [{}, {}] } }]);
});

test("what the caller's own function throws ends it", async () => {
  const stop = new AbortController();
  await expect(
    watchDatabase({
      connection: database.connection,
      versions: () => Promise.reject(new Error("the control database is gone")),
      signal: stop.signal,
      on: () => undefined,
    }),
  ).rejects.toThrow("the control database is gone");
});
