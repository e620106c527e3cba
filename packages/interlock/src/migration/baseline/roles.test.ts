import { expect, test } from "vitest";
import { useExampleCheck, workload } from "../../rehearsal/example-check.ts";
import { migrationsOf } from "../read.ts";

const shop = useExampleCheck();

test("roles that only the server has are there by name, and what has run had the rights it wanted", async () => {
  const baseline = migrationsOf([
    {
      path: "1.sql",
      text: `create role shop_owner login; create table orders (id bigint primary key, note text);
        alter table orders owner to shop_owner; grant select on orders to "Shop Reader" with grant option;
        set role shop_owner; alter table orders enable row level security;`,
    },
  ]);
  const report = await shop.checked("", {
    baseline,
    migrations: migrationsOf([
      {
        path: "2.sql",
        text: "grant update on orders to shop_writer; create policy p on orders to shop_writer using (true);",
      },
    ]),
    old: [workload({ list: "select id, note from orders" })],
  });
  expect(report.findings.filter(({ code }) => code !== "blocks-traffic")).toEqual([]);
  expect(report.verdict).toBe("safe");
});

test("making a role is no part of a rehearsal, and says so", async () => {
  const report = await shop.checked("", {
    migrations: migrationsOf([{ path: "2.sql", text: "create role somebody superuser;" }]),
    old: [workload({ one: "select 1" })],
  });
  expect(report).toMatchObject({ findings: [{ code: "refused-by-sandbox" }], verdict: "unknown" });
});
