import { expect, test } from "vitest";
import { describeCatalog } from "../catalog/describe.ts";
import { useDatabase } from "../ship/testing-database.ts";
import { planStructure } from "./plan-structure.ts";

const database = useDatabase();

test("a plan keeps the tables that its steps make, and not the partitions that depend on rows", async () => {
  const before = await describeCatalog(database.client);
  await database.client.query(`
    create table visits (at date not null) partition by range (at);
    create table visits_2024 partition of visits for values from ('2024-01-01') to ('2025-01-01');
    create table shops (id bigint)`);
  const ready = await describeCatalog(database.client);
  const structure = planStructure({ expand: [], migrate: [], contract: [] }, { before, ready });
  expect(Object.keys(structure).filter((name) => name.startsWith("table "))).toEqual([
    "table public.shops",
    "table public.visits",
  ]);
});
