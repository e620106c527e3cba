import type { Node } from "libpg-query";
import { fingerprint } from "../sql/fingerprint.ts";
import { child, isTree, list, names, text } from "../sql/tree.ts";

/**
 * What statements share that are the same but for constants, comments and layout: libpg_query's fingerprint
 * and the details that it lacks. Undefined for a text that does not parse.
 */
export function statementKey({ sql, node }: { sql: string; node: Node }): string | undefined {
  const print = fingerprint(sql);
  return print === undefined ? undefined : `${print} ${statementDetails(node)}`;
}

/**
 * What the fingerprint passes over although a change can break one form and not the other: digits in names of
 * relations, the schema that a name is qualified with, which column is which argument of a call, the types of casts and constants, null and default in the place of a value, the number of
 * values in a row, and positions in `order by 1`. Statements that differ in it are different statements:
 * `insert … values (null)` breaks under SET NOT NULL, `insert … values ($1)` need not.
 */
function statementDetails(node: Node): string {
  return [...new Set(details(node))].join(" ");
}

function* details(value: unknown): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* details(item);
    return;
  }
  if (!isTree(value)) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === "A_Const") yield typeOfConstant(member);
    if (key === "TypeCast") yield `cast:${typeNames(child(member, "typeName"))}`;
    if (key === "valuesLists" && Array.isArray(member)) yield* member.map(rowShape);
    if (key === "ResTarget") yield* target(member);
    if (key === "SortBy") yield* position(child(member, "node"));
    if (key === "groupClause" && Array.isArray(member)) {
      for (const item of member) yield* position(item);
    }
    if (key === "FuncCall") yield* argumentOrder(member);
    // The fingerprint leaves digits out of names of relations: to it events_2024 and events_2025 are one.
    const relation = text(member, "relname");
    if (relation !== undefined && /\d/.test(relation)) yield `relation:${relation}`;
    const schema = text(member, "schemaname");
    if (schema !== undefined) yield `schema:${schema}.${text(member, "relname") ?? ""}`;
    yield* details(member);
  }
}

/** `id = 7` follows a column that becomes text otherwise than `id = '7'` does. */
function typeOfConstant(constant: unknown): string {
  const [type] = isTree(constant) ? Object.keys(constant).filter((key) => key !== "location") : [];
  return `constant:${type ?? ""}`;
}

function typeNames(type: unknown): string {
  return isTree(type)
    ? JSON.stringify([type["names"], type["typmods"] ?? [], type["arrayBounds"] ?? []], withoutLocations)
    : "";
}

function withoutLocations(key: string, value: unknown): unknown {
  return key === "location" ? undefined : value;
}

function rowShape(row: unknown): string {
  const items = child(row, "List")?.["items"];
  return `row:${Array.isArray(items) ? items.map(kindOfValue).join("") : ""}`;
}

function* target(member: unknown): Generator<string> {
  const kind = kindOfValue(isTree(member) ? member["val"] : undefined);
  if (kind !== "v") yield `${text(member, "name") ?? ""}=${kind}`;
}

/** `f(a, b)` and `f(b, a)` may be two functions once a column has another type. */
function* argumentOrder(call: unknown): Generator<string> {
  const columns = list(call, "args").map((argument) => names(list(child(argument, "ColumnRef"), "fields")));
  if (columns.filter((column) => column.length > 0).length < 2) return;
  yield `call:${columns.map((column) => column.join(".")).join(",")}`;
}

/** n: null, d: default, b: true or false, v: any other. */
function kindOfValue(value: unknown): string {
  if (isTree(value) && "SetToDefault" in value) return "d";
  const constant = child(value, "A_Const");
  if (constant?.["isnull"] === true) return "n";
  return constant !== undefined && "boolval" in constant ? "b" : "v";
}

function* position(item: unknown): Generator<string> {
  const whole = child(child(item, "A_Const"), "ival");
  if (whole !== undefined) yield `by:${String(whole["ival"] ?? 0)}`;
}
