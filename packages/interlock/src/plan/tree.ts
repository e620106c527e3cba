import { fields } from "./expression.ts";
import type { Relation } from "./plan.ts";

/** The text of a String node. */
export function textOf(node: unknown): string {
  const value = fields(fields(node)["String"])["sval"];
  return typeof value === "string" ? value : "";
}

export function stringAt(node: Record<string, unknown>, key: string): string | undefined {
  const value = node[key];
  return typeof value === "string" ? value : undefined;
}

export function listAt(node: Record<string, unknown>, key: string): unknown[] {
  const value = node[key];
  return Array.isArray(value) ? value : [];
}

/** The table that a RangeVar names; without a schema it is taken to be in `public`. */
export function relationOf(rangeVariable: unknown): Relation {
  const range = fields(rangeVariable);
  return { schema: stringAt(range, "schemaname") ?? "public", name: stringAt(range, "relname") ?? "" };
}

/** The relations that a DROP names. */
export function relationsOf(objects: unknown[]): Relation[] {
  return objects.map((object) => {
    const parts = listAt(fields(fields(object)["List"]), "items").map(textOf);
    return { schema: parts.at(-2) ?? "public", name: parts.at(-1) ?? "" };
  });
}
