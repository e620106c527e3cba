import { expect, test } from "vitest";
import { linkByName } from "./link-by-name.ts";
import type { Column, Table } from "./read-tables.ts";

function column(name: string, typeOid = 25): Column {
  return {
    name,
    type: "text",
    typeOid,
    notNull: true,
    defaultExpression: null,
    isGenerated: false,
    isGiven: false,
  };
}

function table(oid: number, columns: Column[], references: Record<string, number> = {}): Table {
  const foreignKeys = Object.entries(references).map(([name, target]) => ({
    columns: [name],
    references: target,
    referencedColumns: ["id"],
  }));
  return { oid, schema: "public", name: `t${String(oid)}`, columns, foreignKeys, checks: [], uniques: [] };
}

const customers = table(1, [column("id")]);
const cards = table(2, [column("customer_id")], { customer_id: 1 });

test("a column is linked like one of its name and type elsewhere", () => {
  const payments = table(3, [column("customer_id"), column("note")]);
  expect(linkByName([customers, cards, payments])[2]?.foreignKeys).toEqual(cards.foreignKeys);
});

test("not where the type is another, where others disagree, or round in a circle", () => {
  const otherType = table(3, [column("customer_id", 20)]);
  expect(linkByName([customers, cards, otherType])[2]?.foreignKeys).toEqual([]);
  const shops = table(4, [column("id")]);
  const disagreeing = table(5, [column("customer_id")], { customer_id: 4 });
  const payments = table(3, [column("customer_id")]);
  expect(linkByName([customers, cards, shops, disagreeing, payments])[4]?.foreignKeys).toEqual([]);
  const itself = table(1, [column("id"), column("customer_id")]);
  expect(linkByName([itself, cards])[0]?.foreignKeys).toEqual([]);
});
