import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { describeCatalog, describeStructure } from "../catalog/describe.ts";
import { planTestChange } from "../plan/testing-change.ts";
import type { Plan } from "../plan/plan.ts";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { resumeChange } from "./resume-change.ts";
import { rollbackChange } from "./rollback-change.ts";
import { shipChange } from "./ship-change.ts";
import { shipStatus } from "./ship-status.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();
const before = `create table orders (id bigint generated always as identity primary key, state text not null, amount text);
  create index orders_state on orders (state);`;
const migration = `alter table orders rename column state to status;
  alter table orders alter column amount type numeric using amount::numeric;
  alter table orders add constraint status_known check (status in ('new', 'paid'));`;
let shadow: Shadow;
let plan: Plan;

beforeAll(async () => {
  shadow = await openShadow();
  ({ plan } = await planTestChange(shadow, {
    before,
    migration: `-- interlock: down orders.amount = (amount::text)\n${migration}`,
    old: ["insert into orders (state, amount) values ('new', '1')"],
    new: ["insert into orders (status, amount) values ('paid', 2)"],
  }));
});
afterAll(async () => {
  await shadow.close();
});
beforeEach(async () => {
  await database.client.query(before);
  await database.client.query(
    "insert into orders (state, amount) select 'new', i from generate_series(1, 40) as i",
  );
});

const ship = (to: "migrate" | "contract" = "contract"): Promise<unknown> =>
  shipChange({ plan, connection: database.connection, to, force: { reason: "a test" } });
const journalIsThere = async (): Promise<boolean> =>
  (await database.rows("select from pg_namespace where nspname = 'interlock'")).length > 0;

describe("a database that is not what was planned for", () => {
  test.each([
    [
      "a column that is missing",
      "alter table orders drop column amount",
      "column public.orders.amount is missing",
    ],
    ["another type", "alter table orders alter column amount type varchar(9)", "instead of text"],
    [
      "a name that is taken",
      "alter table orders add column status text",
      "column public.orders.status is here already",
    ],
    [
      "an index that nobody planned",
      "create index by_hand on orders (amount)",
      "index public.by_hand is here",
    ],
    [
      "a trigger that nobody planned",
      "create trigger t before update on orders for each row execute function suppress_redundant_updates_trigger()",
      "trigger public.orders t is here",
    ],
    ["another database", "drop table orders", "column public.orders.id is missing"],
  ])("%s is told before anything is begun", async (_, alteration, why) => {
    await database.client.query(alteration);
    await expect(ship()).rejects.toMatchObject({
      code: "schema-differs",
      why: expect.stringContaining(why) as unknown,
      state: "Nothing was changed.",
    });
    expect(await journalIsThere()).toBe(false);
  });

  test("what was done by hand already is seen as that", async () => {
    await ship("migrate");
    await database.client.query("truncate interlock.changes cascade");
    await expect(ship()).rejects.toMatchObject({
      code: "schema-differs",
      message: expect.stringContaining("has what the change makes already") as unknown,
    });
  });

  test("what is tuned by hand is no difference", async () => {
    await database.client.query(
      "alter table orders set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01); alter table orders alter column state set statistics 500; comment on table orders is 'x'",
    );
    expect(await ship()).toMatchObject({ state: "done" });
  });
});

describe("between the phases", () => {
  test.each([
    [
      "the sync is dropped",
      `do $$ declare t text; begin select quote_ident(tgname) into t from pg_trigger where tgname like '~interlock%'; execute 'drop trigger ' || t || ' on orders'; end $$`,
      "is missing",
    ],
    ["the sync is switched off", "alter table orders disable trigger user", "instead of"],
    [
      "the hidden column goes",
      `do $$ declare c text; begin select quote_ident(attname) into c from pg_attribute where attrelid = 'orders'::regclass and attname like 'interlock%' and not attisdropped; execute 'alter table orders drop column ' || c; end $$`,
      "is missing",
    ],
  ])("%s: contract does not begin, and rollback comes to its end", async (_, meddling, why) => {
    const structure = await describeCatalog(database.client);
    await ship("migrate");
    await database.client.query(meddling);
    await expect(resumeChange({ connection: database.connection, to: "contract" })).rejects.toMatchObject({
      code: "changed-meanwhile",
      why: expect.stringContaining(why) as unknown,
      state: expect.stringContaining("both work") as unknown,
    });
    expect((await shipStatus({ connection: database.connection })).change?.failure).toMatchObject({
      code: "changed-meanwhile",
    });
    await rollbackChange({ connection: database.connection });
    expect(await describeCatalog(database.client)).toEqual(structure);
  });

  test("what others add to the tables meanwhile keeps nobody from contract", async () => {
    await ship("migrate");
    await database.client.query(
      "create index by_hand on orders (amount); alter table orders add column extra text",
    );
    expect(await resumeChange({ connection: database.connection, to: "contract" })).toMatchObject({
      state: "done",
    });
    expect([...(await describeStructure(database.client)).keys()]).toContain("column public.orders.extra");
  });
});
