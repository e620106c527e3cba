import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareCatalogs, describeCatalog } from "../../catalog/describe.ts";
import { readObjects } from "../../catalog/objects/read-objects.ts";
import { openShadow, type Shadow } from "../../shadow/open-shadow.ts";
import { dependantsOf } from "./dependants-of.ts";

const role = `interlock_test_reader_${String(process.pid)}`;
let shadow: Shadow;
let database: string;
let client: Client;

const start = `
create table orders (id bigint primary key, amount integer not null, code text, cents bigint generated always as (amount * 100) stored);
create view sums with (security_barrier, check_option = local) as select id, amount from orders where amount > 0;
alter view sums alter column amount set default 7;
comment on view sums is 'what was ordered';
comment on column sums.amount is 'in euros';
grant select on sums to ${role};
grant update (amount) on sums to ${role} with grant option;
create view "Big sums" with (security_invoker) as select * from sums where amount > 1000;
create materialized view totals as select code, sum(amount) as total from orders group by code;
create unique index totals_code on totals (code);
create function total() returns bigint language sql begin atomic select sum(amount) from orders; end;
revoke all on function total() from public;
create function touched() returns trigger language plpgsql as $$ begin return coalesce(new, old); end $$;
create function on_sums() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger watched before update of amount on orders for each row when (new.amount > 5) execute function touched();
alter table orders disable trigger watched;
create trigger instead_of instead of update on sums for each row execute function on_sums();
create trigger any_change after insert on orders for each row execute function touched();
alter table orders enable row level security;
create policy cheap on orders as restrictive for select to ${role} using (amount < 100);
comment on policy cheap on orders is 'not the dear ones';
create rule no_zero as on insert to orders where new.amount = 0 do instead nothing;
create statistics pairs (dependencies) on amount, code from orders;
create publication changes for table orders (id, amount, code) where (id > 0);
create view unrelated as select code from orders;`;

beforeAll(async () => {
  shadow = await openShadow();
  await shadow.administer(`create role ${role}`);
  database = await shadow.createDatabase();
  client = new Client(shadow.connection(database));
  await client.connect();
  await client.query(start);
});
afterAll(async () => {
  await client.end();
  await shadow.dropDatabase(database);
  await shadow.administer(`drop role ${role}`);
  await shadow.close();
});

const orders = { schema: "public", name: "orders" };

test("what stands on a column is found, chains and all, and nothing else", async () => {
  const found = dependantsOf(await readObjects(client), { relation: orders, columns: ["amount"] });
  expect(found.map(({ identity }) => identity).toSorted()).toEqual([
    "default value for public.orders.cents",
    "function public.total()",
    "materialized view public.totals",
    "policy cheap on public.orders",
    "publication relation public.orders in publication changes",
    "rule no_zero on public.orders",
    "statistics object public.pairs",
    "trigger instead_of on public.sums",
    "trigger watched on public.orders",
    'view public."Big sums"',
    "view public.sums",
  ]);
  const all = dependantsOf(await readObjects(client), { relation: orders });
  expect(all.map(({ identity }) => identity)).toContain("trigger any_change on public.orders");
  expect(all.map(({ identity }) => identity)).toContain("view public.unrelated");
});

test("dropped and made again they are what they were", async () => {
  const found = dependantsOf(await readObjects(client), { relation: orders, columns: ["amount"] }).filter(
    ({ kind }) => kind !== "generated column",
  );
  const before = await describeCatalog(client);
  for (const { drop } of found.toReversed()) await client.query(drop);
  expect(compareCatalogs(before, await describeCatalog(client)).length).toBeGreaterThan(10);
  for (const sql of found.flatMap(({ create }) => create)) await client.query(sql);
  expect(compareCatalogs(before, await describeCatalog(client))).toEqual([]);
});
