import { createHash } from "node:crypto";
import { displayName } from "../sql/quote.ts";
import type { Relation } from "./plan.ts";

/** PostgreSQL cuts names off behind this many bytes. */
const longestName = 63;

/**
 * A name of ours on a user's table, the same in every run: the purpose, what it is for, and a hash that keeps
 * it apart from all others. Cut to fit PostgreSQL's limit.
 */
export function temporaryName(purpose: string, table: Relation, ...parts: string[]): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([purpose, table.schema, table.name, ...parts]))
    .digest("hex")
    .slice(0, 8);
  const words = [purpose, ...parts].join("_").replaceAll(/[^A-Za-z0-9_]/g, "_");
  return `interlock_${words.slice(0, longestName - "interlock_".length - 1 - hash.length)}_${hash}`;
}

/** Of the trigger: `~` sorts behind every letter, and BEFORE triggers fire in the order of their names' bytes. */
export function syncTriggerName(table: Relation): string {
  return `~${temporaryName("sync", table)}`;
}

/**
 * Of a trigger that carries writes into another table: `!` sorts before every letter, so that it fires before the
 * triggers of PostgreSQL's foreign keys, which then find both tables in order.
 */
export function moveTriggerName(table: Relation, what: string): string {
  return `!${temporaryName("move", table, what)}`;
}

export function syncFunctionName(table: Relation): string {
  return temporaryName("sync", table, table.name);
}

/** A table, or a column of it, as people write it: without its schema where that is `public`. */
export function shownName({ schema, name }: Relation, ...column: string[]): string {
  return displayName(...(schema === "public" ? [] : [schema]), name, ...column);
}
