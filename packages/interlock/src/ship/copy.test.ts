import { expect, test } from "vitest";
import type { CopyStep, Plan } from "../plan/plan.ts";
import { shipChange } from "./ship-change.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

const source = { schema: "public", name: "people" };
const target = { schema: "public", name: 'Adres"se' };

const copy: CopyStep = {
  kind: "copy",
  id: "migrate-1",
  title: "copy people",
  relations: [source],
  lock: "RowExclusiveLock",
  undo: null,
  relation: source,
  key: ["id"],
  target,
  columns: [
    { column: "person", expression: "people.id" },
    { column: "city", expression: "upper(city)" },
  ],
  match: ["person"],
  matchIsUnique: true,
  how: "insert",
  overriding: false,
  where: "city is not null",
};

const planOf = (step: CopyStep): Plan => ({
  format: "interlock-plan/1",
  id: "copying",
  files: [],
  old: [],
  new: [],
  phases: { expand: [], migrate: [step], contract: [] },
  notes: [],
  losses: [],
});

const people = `create table people (id integer%KEY%, city text);
  insert into people select i, case when i % 3 > 0 then 'city ' || i end from generate_series(1, 3000) as i;`;

test.each([
  ["a key", " primary key", { key: ["id"] }, "primary key"],
  ["no key", " not null", { key: [] }, "primary key"],
  ["nothing unique in the target", " primary key", { matchIsUnique: false }, "not null"],
])("copies each row that is asked for once, with %s", async (_, key, difference, unique) => {
  await database.client.query(
    `${people.replace("%KEY%", key)}
     create table "Adres""se" (person integer ${unique}, city text);
     insert into "Adres""se" values (4, 'written by hand')`,
  );
  const result = await shipChange({
    plan: planOf({ ...copy, ...difference }),
    connection: database.connection,
  });
  expect(result).toMatchObject({ state: "done", rowsFilled: 1_999 });
  expect(
    await database.rows(
      `select count(*)::integer as n, count(distinct person)::integer as persons, min(city) filter (where person = 4) as kept,
              min(city) filter (where person = 5) as copied from "Adres""se"`,
    ),
  ).toEqual([{ n: 2_000, persons: 2_000, kept: "written by hand", copied: "CITY 5" }]);
});

test("sets rows that are there where they differ", async () => {
  await database.client.query(
    `${people.replace("%KEY%", " primary key")}
     create table "Adres""se" (person integer primary key, city text);
     insert into "Adres""se" select i, case when i > 1000 then 'CITY ' || i end from generate_series(1, 3500) as i`,
  );
  const result = await shipChange({
    plan: planOf({ ...copy, how: "update" }),
    connection: database.connection,
  });
  // 1,000 rows had nothing, and every third one of those has no city to be given.
  expect(result).toMatchObject({ state: "done", rowsFilled: 667 });
  expect(
    await database.rows(
      `select count(*)::integer as n from people join "Adres""se" as a on a.person = people.id where a.city = upper(people.city)`,
    ),
  ).toEqual([{ n: 2_000 }]);
});

test("a batch that finds a row locked goes back, and copies what was written meanwhile", async () => {
  await database.client.query(
    `${people.replace("%KEY%", " primary key")}
     create table "Adres""se" (person integer primary key, city text);`,
  );
  const writer = await database.session("writer");
  await writer.query("begin; update people set city = 'moved' where id = 5; delete from people where id = 7");
  const shipped = shipChange({ plan: planOf(copy), connection: database.connection });
  await writer.query("select pg_sleep(0.3)");
  await writer.query("commit");
  await expect(shipped).resolves.toMatchObject({ state: "done", rowsFilled: 1_999 });
  expect(await database.rows(`select person, city from "Adres""se" where person in (5, 7)`)).toEqual([
    { person: 5, city: "MOVED" },
  ]);
});
