import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { databaseUrl } from "./database-url.ts";
import { openDatabase, type Database } from "./database.ts";
import { statement } from "./statement.ts";

let shadow: Shadow;
let admin: Client;
let url: string;
let database: Database;

beforeAll(async () => {
  shadow = await openShadow();
  const connection = shadow.connection(await shadow.createDatabase());
  url = databaseUrl(connection);
  admin = new Client(connection);
  await admin.connect();
  await admin.query("create table numbers (number integer primary key)");
});
afterAll(async () => {
  await admin.end();
  await shadow.close();
});
beforeEach(async () => {
  await admin.query("truncate numbers");
  database = openDatabase({ url, application: "numbers@1", connections: 3 });
  await database.warmUp();
});
afterEach(async () => database.close());

const add = statement("add", "insert into numbers (number) values ($1::integer) returning numbers.number");
const wait = statement("wait", "select pg_sleep($1::double precision) is null as slept");
const sessionsOfApp = "select pid from pg_stat_activity where application_name = 'numbers@1'";

test("a statement that fails takes none of those that were sent with it along", async () => {
  const given = Array.from({ length: 60 }, (_, place) => Math.floor(place / 2));
  const answers = await Promise.allSettled(given.map(async (number) => database.run(add, [number])));
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(30);
  const codes = answers.flatMap((answer) =>
    answer.status === "rejected" ? [(answer.reason as { code: string }).code] : [],
  );
  expect(new Set(codes)).toEqual(new Set(["23505"]));
  const { rows } = await admin.query("select count(*)::integer as count from numbers");
  expect(rows).toEqual([{ count: 30 }]);
});

test("a statement that can't be prepared fails each time, and the session goes on", async () => {
  const broken = statement("broken", "select numbers.missing from numbers");
  const answers = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(async () => database.run(broken, [])));
  expect(answers.every(({ status }) => status === "rejected")).toBe(true);
  expect(await database.run(add, [1])).toEqual([{ number: 1 }]);
});

test("sessions that the server ends are opened again; what was in flight on them fails", async () => {
  const inFlight = Promise.allSettled([1, 2, 3].map(async () => database.run(wait, [60])));
  await vi.waitUntil(async () => {
    const { rows } = await admin.query(`${sessionsOfApp} and wait_event = 'PgSleep'`);
    return rows.length === 3;
  });
  await admin.query(`select pg_terminate_backend(pid) from (${sessionsOfApp}) as session`);
  expect((await inFlight).every(({ status }) => status === "rejected")).toBe(true);
  // There is no session at first; the statement waits for one.
  expect(await database.run(add, [1])).toEqual([{ number: 1 }]);
  await vi.waitUntil(async () => (await admin.query(sessionsOfApp)).rows.length === 3);
});

test("closing waits for what is in flight and leaves no session", async () => {
  const slow = database.run<{ slept: boolean }>(wait, [0.2]);
  await database.close();
  expect(await slow).toEqual([{ slept: false }]);
  await vi.waitUntil(async () => (await admin.query(sessionsOfApp)).rows.length === 0);
});

test("refuses more than it could ever answer instead of letting it pile up", async () => {
  const answers = Promise.allSettled(Array.from({ length: 3 * 64 }, async () => database.run(wait, [0.002])));
  await expect(database.run(add, [1])).rejects.toThrow("too many statements wait");
  expect((await answers).every(({ status }) => status === "fulfilled")).toBe(true);
});

test("a database that nobody can reach is said at once", async () => {
  const nowhere = openDatabase({
    url: "postgres://nobody@127.0.0.1:1/none",
    application: "numbers@1",
    connections: 1,
  });
  await expect(nowhere.warmUp()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  await nowhere.close();
});
