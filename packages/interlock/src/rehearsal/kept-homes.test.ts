import { afterAll, beforeAll, expect, test } from "vitest";
import { migrationsOf } from "../migration/read.ts";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { makeTestingCache } from "../shadow/testing-cache.ts";
import { check } from "./check.ts";
import { insert, read, workload } from "./example-check.ts";
import type { CheckReport } from "./report/check-report.ts";

let cache: Awaited<ReturnType<typeof makeTestingCache>>;
let shadow: Shadow;
const before = process.env["INTERLOCK_CACHE"];

beforeAll(async () => {
  cache = await makeTestingCache();
  process.env["INTERLOCK_CACHE"] = cache.directory;
  // Of no use but to keep the server up between the checks.
  shadow = await openShadow({ keepMs: 500 });
});

afterAll(async () => {
  await shadow.close();
  if (before === undefined) delete process.env["INTERLOCK_CACHE"];
  else process.env["INTERLOCK_CACHE"] = before;
  await cache.remove();
});

const schema = `
create table customers (id bigint generated always as identity primary key);
create table orders (id uuid primary key default gen_random_uuid(), customer_id bigint not null references customers,
  amount_cents integer not null check (amount_cents > 0), note text, state text not null default 'open');`;
const old = workload({
  insert,
  read,
  all: { sql: "select * from orders where customer_id = $1", prepared: true },
  close: "update orders set state = 'done' where id = $1 and state = 'open'",
  broken: "select nothing from orders",
});
const coming = workload({ read: "select id, total_cents from orders where id = $1" }, "2.0.0");

const [baseline = []] = [migrationsOf([{ path: "1.sql", text: schema }])];

async function checked(change: string, keepShadowMs?: number): Promise<Partial<CheckReport>> {
  const { durationMs, ...report } = await check({
    migrations: migrationsOf([{ path: "2.sql", text: change }]),
    baseline,
    old: [old],
    new: [coming],
    ...(keepShadowMs === undefined ? {} : { keepShadowMs }),
  });
  expect(durationMs).toBeGreaterThan(0);
  return report;
}

const changes = [
  "alter table orders add column total_cents integer",
  "alter table orders drop column note; alter table orders add column total_cents integer not null",
  "alter table orders rename column amount_cents to total_cents",
  "alter table orders add constraint short check (length(note) < 2)",
];

test("a warm shadow that knows the statements says what a cold one says", async () => {
  for (const change of changes) {
    const warm = await checked(change, 500);
    expect(await checked(change, 500)).toEqual(warm);
    expect(await checked(change)).toEqual(warm);
  }
});

test("checks at the same time on one warm shadow don't see each other", async () => {
  const alone = [];
  for (const change of changes) alone.push(await checked(change, 500));
  expect(await Promise.all(changes.map((change) => checked(change, 500)))).toEqual(alone);
});
