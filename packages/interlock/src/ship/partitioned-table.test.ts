import { expect, test } from "vitest";
import { describeCatalog } from "../catalog/describe.ts";
import { useDatabase } from "./testing-database.ts";
import { shipTwoVersions, type Choose, type TwoVersions } from "./testing-two-versions.ts";

const database = useDatabase();

/** Writes of every kind, by the name that a version has for the column; some rows move to another partition. */
function writesOf(name: string): (id: number, choose: Choose) => string {
  return (id, choose) => {
    const n = String(id);
    const word = `'w${String(choose(9))}'`;
    return (
      [
        `insert into orders (id, month, ${name}, amount) values (${n}, ${String(choose(40))}, ${word}, ${String(choose(99))}) on conflict (id, month) do update set ${name} = excluded.${name}`,
        `update orders set ${name} = ${word}, month = ${String(choose(40))} where id = ${n} and month = (select min(month) from orders where id = ${n})
           and not exists (select from orders as o where o.id = ${n} and o.month <> orders.month)`,
        `update orders set amount = amount + 1 where id = ${n}`,
        `delete from orders where id = ${n}`,
        `with gone as (delete from orders where id = ${n} returning ${name}, amount) insert into orders (id, month, ${name}, amount) select ${n}, 7, ${name}, amount from gone limit 1 on conflict do nothing`,
      ][choose(5)] ?? ""
    );
  };
}

const change = (name: string): string[] => [
  `insert into orders (id, month, ${name}, amount) values ($1, $2, $3, $4) on conflict (id, month) do update set ${name} = excluded.${name}`,
  `update orders set ${name} = $2, month = $3 where id = $1`,
];

const before = `create table orders (
  id bigint, month integer, code text, amount integer not null default 0 check (amount >= 0),
  primary key (id, month)
) partition by range (month);
create table orders_early partition of orders for values from (minvalue) to (10);
create table orders_middle partition of orders for values from (10) to (30) partition by hash (id);
create table orders_middle_0 partition of orders_middle for values with (modulus 2, remainder 0);
create table orders_middle_1 partition of orders_middle for values with (modulus 2, remainder 1);
create table orders_late partition of orders default;
create index orders_code on orders (code);
create index orders_amount on orders (amount) where amount > 5;
comment on column orders.amount is 'in cents';
insert into orders select i, i % 40, 'w' || i % 9, i from generate_series(1, 3000) as i;`;

const migration = `alter table orders rename column code to reference;
alter table orders alter column amount type bigint;
create index orders_month on orders (month, amount);`;

const story: TwoVersions = {
  before,
  migration,
  old: { statements: change("code"), write: writesOf("code") },
  new: { statements: change("reference"), write: writesOf("reference") },
  oldReads: "select id, month, code as word, amount::bigint from orders order by id, month",
  newReads: "select id, month, reference as word, amount::bigint from orders order by id, month",
};

const catalog = async (): Promise<string[]> =>
  [...(await describeCatalog(database.client))].map(String).toSorted();

test("a partitioned table gets a name, a type and an index while both versions write it", async () => {
  const { old, end, offending } = await shipTwoVersions(database, story, { finish: "contract", seed: 3 });
  expect(offending).toBe(0);
  expect(end).toEqual(old);
  const shipped = await catalog();
  await database.client.query("drop table orders; drop schema interlock cascade");
  await database.client.query(`${before} ${migration}`);
  const directly = await catalog();
  expect(shipped).toEqual(directly);
});

test("and is as it was after a rollback", async () => {
  const { old, end } = await shipTwoVersions(database, story, { finish: "rollback", seed: 4 });
  expect(end).toEqual(old);
  const back = await catalog();
  await database.client.query("drop table orders; drop schema interlock cascade");
  await database.client.query(before);
  expect(back).toEqual(await catalog());
});
