import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import type { Workload } from "../workload/workload.ts";
import { rehearseChange } from "./rehearse-change.ts";

let shadow: Shadow;
beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

function workload(app: string, version: string, sql: string): Workload {
  return { format: "interlock-workload/1", app, version, statements: [{ name: "one", sql }] };
}

const baseline = [
  {
    path: "1.sql",
    text: `create table payments (id bigint primary key, is_paid boolean not null default false);
           create table terminals (id bigint primary key, name text);`,
  },
];
const rename = [{ path: "2.sql", text: "alter table payments rename is_paid to paid;" }];
const shop = workload("shop", "1", "select is_paid from payments where id = $1");
const newShop = workload("shop", "2", "select paid from payments where id = $1");
const terminals = workload("terminals", "7", "select name from terminals where id = $1");

test("a version that works after the change may stay when the old one has to go", async () => {
  const { plan, report } = await rehearseChange(
    { files: rename, baseline, old: [shop, terminals], new: [newShop] },
    shadow,
  );
  expect(report.order).toBe("split");
  expect(plan).toMatchObject({ old: ["shop@1", "terminals@7"], new: ["shop@2", "terminals@7"] });
});

test("a live version that is built for what comes is taken as one that comes", async () => {
  const { plan, report } = await rehearseChange(
    { files: rename, baseline, old: [shop, newShop], new: [] },
    shadow,
  );
  expect(report.workloads).toMatchObject([
    { version: "1", role: "old", works: "no" },
    { version: "2", role: "new", works: "no" },
  ]);
  expect(plan).toMatchObject({ old: ["shop@1"], new: ["shop@2"] });
});
