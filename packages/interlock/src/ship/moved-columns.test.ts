import { describe, expect, test } from "vitest";
import { useDatabase } from "./testing-database.ts";
import { shipTwoVersions, type Choose, type TwoVersions } from "./testing-two-versions.ts";

const database = useDatabase();

const pick = (choose: Choose, ...of: string[]): string => of[choose(of.length)] ?? "null";
const town = (choose: Choose): string => pick(choose, "'Kiel'", "'Bern'", "null");

const people = `create table people (id integer primary key, name text, town text, street text);
insert into people select i, 'n' || i, case when i % 3 > 0 then 'Graz' end, case when i % 2 > 0 then 'Ring' end
  from generate_series(1, 300) as i;`;

const intoChild: TwoVersions = {
  before: people,
  migration: `create table addresses (person_id integer primary key references people (id), town text, street text,
  check (town is not null or street is not null));
insert into addresses (person_id, town, street) select id, town, street from people where town is not null or street is not null;
alter table people drop column town, drop column street;`,
  old: {
    statements: [
      "insert into people (id, town, street) values ($1, $2, $3)",
      "delete from people where id = $1",
    ],
    write: (id, choose) =>
      pick(
        choose,
        `update people set town = ${town(choose)} where id in (${String(id)}, ${String(id + 2)})`,
        `update people set name = 'old', town = ${town(choose)}, street = null where id = ${String(id)}`,
        `insert into people (id, name, town) values (${String(id)}, 'x', ${town(choose)}) on conflict (id) do update set town = excluded.town`,
        `delete from people where id = ${String(id)}`,
        `with gone as (delete from people where id = ${String(id)} returning *) select count(*) from gone`,
      ),
  },
  new: {
    statements: [
      "insert into people (id) values ($1)",
      "insert into addresses (person_id, town) values ($1, $2)",
      "delete from addresses where person_id = $1",
    ],
    write: (id, choose) =>
      pick(
        choose,
        `with person as (insert into people (id, name) values (${String(id)}, 'y') on conflict do nothing returning id)
         insert into addresses (person_id, street) select id, 'Gasse' from person`,
        `insert into addresses (person_id, town, street) select id, ${town(choose)}, 'Weg' from people where id = ${String(id)}
         on conflict (person_id) do update set town = excluded.town, street = excluded.street`,
        `update addresses set town = 'Ulm' where person_id in (${String(id)}, ${String(id + 2)})`,
        `delete from addresses where person_id = ${String(id)}`,
        `with address as (delete from addresses where person_id = ${String(id)}) update people set name = 'moved' where id = ${String(id)}`,
      ),
  },
  oldReads: "select id, name, town, street from people order by id",
  newReads:
    "select people.id, name, addresses.town, addresses.street from people left join addresses on person_id = people.id order by people.id",
};

const intoParent: TwoVersions = {
  before: `create table people (id integer primary key, name text);
create table addresses (person integer primary key references people (id), town text, street text);
insert into people select i, 'n' || i from generate_series(1, 300) as i;
insert into addresses select i, 'Graz', case when i % 2 > 0 then 'Ring' end from generate_series(1, 300) as i where i % 3 > 0;`,
  migration: `alter table people add column town text, add column street text;
update people as p set town = a.town, street = a.street from addresses as a where a.person = p.id;
drop table addresses;`,
  old: {
    statements: [
      "insert into addresses (person, town, street) values ($1, $2, $3)",
      "delete from addresses where person = $1",
    ],
    write: (id, choose) =>
      pick(
        choose,
        `with person as (insert into people (id, name) values (${String(id)}, 'y') on conflict do nothing returning id)
         insert into addresses (person, street) select id, 'Gasse' from person`,
        `insert into addresses (person, town, street) select id, 'Linz', ${pick(choose, "'Weg'", "null")} from people where id = ${String(id)}
         on conflict (person) do update set town = excluded.town, street = excluded.street`,
        `update addresses set town = 'Ulm' where person in (${String(id)}, ${String(id + 2)})`,
        `delete from addresses where person = ${String(id)}`,
      ),
  },
  new: {
    statements: ["insert into people (id, town) values ($1, $2)", "delete from people where id = $1"],
    write: (id, choose) =>
      pick(
        choose,
        `update people set town = ${town(choose)} where id in (${String(id)}, ${String(id + 2)})`,
        `update people set name = 'new', town = null, street = ${town(choose)} where id = ${String(id)}`,
        `insert into people (id, town) values (${String(id)}, ${town(choose)}) on conflict (id) do update set town = excluded.town`,
        `delete from people where id = ${String(id)}`,
      ),
  },
  oldReads:
    "select id, name, addresses.town, addresses.street from people left join addresses on person = people.id order by id",
  newReads: "select id, name, town, street from people order by id",
};

const oneToMany: TwoVersions = {
  before: people,
  migration: `create table towns (id integer generated always as identity primary key, person integer not null references people (id), town text not null);
create index on towns (person);
insert into towns (person, town) select id, town from people where town is not null order by id;
alter table people drop column town;`,
  old: {
    statements: [
      "insert into people (id, town) values ($1, $2)",
      "update people set town = $2 where id = $1",
    ],
    write: (id, choose) =>
      pick(
        choose,
        `update people set town = ${town(choose)} where id = ${String(id)}`,
        `insert into people (id, name, town) values (${String(id)}, 'x', ${town(choose)}) on conflict (id) do update set town = excluded.town`,
        `delete from people where id = ${String(id)}`,
      ),
  },
  new: {
    statements: ["insert into towns (person, town) values ($1, $2)", "delete from towns where person = $1"],
    write: (id, choose) =>
      pick(
        choose,
        `insert into towns (person, town) select id, 'Ulm' from people where id = ${String(id)}`,
        `update towns set town = 'Hof' where person = ${String(id)}`,
        `delete from towns where id = (select max(id) from towns where person = ${String(id)})`,
        `delete from towns where id = (select min(id) from towns where person = ${String(id)})`,
      ),
  },
  oldReads: "select id, town from people order by id",
  newReads:
    "select people.id, (select town from towns where person = people.id order by towns.id limit 1) as town from people order by id",
};

describe("columns that go into another table, while both versions write", () => {
  test.each([
    ["into a child", intoChild, "contract"],
    ["into the parent, taken back", intoParent, "rollback"],
    ["into several rows", oneToMany, "contract"],
  ] as const)("%s", async (_, two, finish) => {
    const { old, new: fresh, end, offending } = await shipTwoVersions(database, two, { finish, seed: 7 });
    expect(offending).toBe(0);
    expect(fresh).toEqual(old);
    expect(old.length).toBeGreaterThan(100);
    expect(end).toEqual(old);
  });
});
