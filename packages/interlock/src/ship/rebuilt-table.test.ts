import { expect, test } from "vitest";
import { useDatabase } from "./testing-database.ts";
import { shipTwoVersions, type Choose, type TwoVersions } from "./testing-two-versions.ts";

const database = useDatabase();

/** Writes of every kind, the numbers of new rows among them. */
function write(id: number, choose: Choose): string {
  const n = String(id);
  return (
    [
      `insert into visits (shop, month) select 1 + g % 3, ${String(choose(14))} from generate_series(1, 2) as g`,
      `update visits set seen = 'x' || ${String(choose(99))} where id in (${n}, ${String(id + 2)})`,
      `update visits set month = ${String(choose(14))} where id = ${n}`,
      `delete from visits where id = ${n}`,
      `insert into visits (id, shop, month) overriding system value values (${n}, 1, 3) on conflict (id) do update set seen = 'again'`,
      `with gone as (delete from visits where id = ${n} returning shop) insert into visits (shop, month) select shop, 5 from gone`,
    ][choose(6)] ?? ""
  );
}

const byMonth: TwoVersions = {
  before: `create table shops (id integer primary key);
insert into shops select i from generate_series(1, 3) as i;
create table visits (
  id bigint generated always as identity primary key,
  shop integer not null references shops (id),
  month integer not null check (month >= 0),
  seen text
);
create table notes (id integer primary key, visit bigint constraint of_visit references visits (id) on delete cascade);
insert into visits (shop, month, seen) select 1 + i % 3, i % 14, 's' || i from generate_series(1, 2000) as i;
insert into notes select i, 1900 + i from generate_series(1, 50) as i;
grant select on visits to public;
comment on table visits is 'who came';`,
  migration: `alter table notes drop constraint of_visit;
create table visits_new (
  id bigint generated always as identity,
  shop integer not null references shops (id),
  month integer not null check (month >= 0),
  seen text,
  primary key (id, month)
) partition by list (month);
do $$ begin
  for month in 0..11 loop
    execute format('create table visits_%s partition of visits_new for values in (%s)', month, month);
  end loop;
end $$;
create table visits_rest partition of visits_new default;
insert into visits_new (id, shop, month, seen) overriding system value select id, shop, month, seen from visits;
drop table visits;
alter table visits_new rename to visits;
alter index visits_new_pkey rename to visits_pkey;
alter table visits rename constraint visits_new_month_check to visits_month_check;
alter table visits rename constraint visits_new_shop_fkey to visits_shop_fkey;
alter sequence visits_new_id_seq rename to visits_id_seq;
select setval('visits_id_seq', (select coalesce(max(id), 0) + 1 from visits), false);
grant select on visits to public;
comment on table visits is 'who came';`,
  old: {
    statements: ["insert into visits (shop, month) values ($1, $2)", "delete from visits where id = $1"],
    write,
  },
  new: { statements: ["insert into visits (shop, month) values ($1, $2)"], write },
  oldReads: "select * from visits order by id",
  newReads: "select * from visits order by id",
};

test("a table is partitioned while both versions write it", async () => {
  const { old, end, offending } = await shipTwoVersions(database, byMonth, { finish: "contract", seed: 11 });
  expect(offending).toBe(0);
  expect(end).toEqual(old);
  expect(old.length).toBeGreaterThan(1_800);
  // The rows are in their partitions, and the numbers go on.
  expect(await database.rows("select count(*)::integer as n from only visits")).toEqual([{ n: 0 }]);
  await database.client.query("insert into visits (shop, month) values (1, 12)");
  expect(await database.rows("select max(id) = currval('visits_id_seq') as latest from visits")).toEqual([
    { latest: true },
  ]);
  expect(await database.rows("select nspname from pg_namespace where nspname like 'interlock\\_%'")).toEqual(
    [],
  );
});
