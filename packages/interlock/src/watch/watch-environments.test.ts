import { expect, test } from "vitest";
import { useControl } from "../control/testing-control.ts";
import type { Log } from "../std/log.ts";
import { sleep } from "../std/sleep.ts";
import type { Workload } from "../workload/workload.ts";
import type { Alarm } from "./alarm.ts";
import { enableWatch } from "./enable-watch.ts";
import { listAlarms, type RecordedAlarm } from "./list-alarms.ts";
import { clearAlarm, openAlarms, raiseAlarm } from "./record-alarms.ts";
import { watchEnvironments } from "./watch-environments.ts";

const testing = useControl();

const silentLog: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const workload: Workload = {
  format: "interlock-workload/1",
  app: "payments",
  version: "2.2.0",
  statements: [{ name: "list", sql: "select id, is_paid from payments" }],
};

async function add(environment: string, database: string): Promise<void> {
  await testing.control.query(
    "insert into interlock_control.environments (name, tools) values ($1::text, '{}') on conflict do nothing",
    [environment],
  );
  await testing.control.query(
    "insert into interlock_control.databases (environment, name, sealed_url, place) values ($1::text, $2::text, 'x', 'here')",
    [environment, database],
  );
}

const alarms = (isOpen: boolean): Promise<RecordedAlarm[]> =>
  listAlarms(testing.control, { environment: "production", isOpen, limit: 100 });

async function until<T>(look: () => Promise<T>, isThere: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await look();
    if (isThere(value)) return value;
    await sleep(20);
  }
}

test("an alarm is recorded while it holds, whoever leads, and ends with its cause", async () => {
  const target = await testing.target();
  await target.client.query("create table payments (id bigint, is_paid boolean)");
  await enableWatch(target.client);
  await add("production", "eu-1");
  let live: Workload[] = [workload];
  const begin = (): { stop: AbortController; done: Promise<void> } => {
    const stop = new AbortController();
    const work = watchEnvironments({
      control: testing.control,
      log: silentLog,
      connection: async () => ({ connectionString: target.url }),
      liveWorkloads: async () => live,
    });
    return { stop, done: work.run(stop.signal) };
  };
  const first = begin();
  await sleep(300);
  await target.client.query("alter table payments drop column is_paid");
  const [alarm] = await until(
    () => alarms(true),
    ({ length }) => length === 1,
  );
  expect(alarm).toMatchObject({
    database: "eu-1",
    appVersion: "payments@2.2.0",
    statements: [{ name: "list", sqlstate: "42703" }],
    ddl: [{ tag: "ALTER TABLE", text: "alter table payments drop column is_paid" }],
    clearedAt: null,
  });
  first.stop.abort();
  await first.done;
  // The next leader finds it as it is, and ends it when it is over, also what was put right while nobody looked.
  const second = begin();
  await sleep(500);
  expect(await alarms(false)).toEqual([alarm]);
  second.stop.abort();
  await second.done;
  await target.client.query("alter table payments add column is_paid boolean");
  const third = begin();
  const [ended] = await until(
    () => alarms(false),
    ([one]) => one?.clearedAt !== null,
  );
  expect(ended?.id).toBe(alarm?.id);
  await target.client.query("drop table payments");
  await until(
    () => alarms(true),
    ({ length }) => length === 1,
  );
  live = [];
  await until(
    () => alarms(true),
    ({ length }) => length === 0,
  );
  live = [workload];
  await until(
    () => alarms(true),
    ({ length }) => length === 1,
  );
  await testing.control.query("delete from interlock_control.databases");
  await until(
    () => alarms(true),
    ({ length }) => length === 0,
  );
  third.stop.abort();
  await third.done;
  const events = await testing.control.query<{ kind: string }>(
    "select kind from interlock_control.events order by number",
  );
  expect(events.map(({ kind }) => kind)).toEqual([
    "alarm-raised",
    "alarm-cleared",
    "alarm-raised",
    "alarm-cleared",
    "alarm-raised",
    "alarm-cleared",
  ]);
});

test("of two servers that raise or end the same alarm one does; the other changes nothing", async () => {
  const place = { environment: "production", database: "eu-1" };
  const alarm: Alarm = {
    appVersion: "payments@2.2.0",
    statements: [{ name: "list", sqlstate: "42703", message: "no" }],
    ddl: [],
    raisedAt: new Date().toISOString(),
  };
  const ids = await Promise.all([
    raiseAlarm(testing.control, { ...place, alarm }),
    raiseAlarm(testing.control, { ...place, alarm }),
  ]);
  expect(new Set(ids).size).toBe(1);
  expect(await openAlarms(testing.control, place)).toEqual([alarm]);
  const ended = await Promise.all([
    clearAlarm(testing.control, { ...place, appVersion: alarm.appVersion, why: "works" }),
    clearAlarm(testing.control, { ...place, appVersion: alarm.appVersion, why: "works" }),
  ]);
  expect(ended.toSorted()).toEqual([false, true]);
  expect(await openAlarms(testing.control, place)).toEqual([]);
});
