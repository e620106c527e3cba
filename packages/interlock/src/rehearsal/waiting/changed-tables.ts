import type { Node } from "libpg-query";
import type { Seen } from "../step-effects.ts";
import type { Changed } from "./observed.ts";
import { rowsOf, type Counts } from "./work.ts";

/** Tables of which a statement has written rows, or says that it does, and how it locked them. */
export function changedTables({
  node,
  counts,
  written,
  bounded,
  now,
}: {
  node: Node;
  counts: ReadonlyMap<string, Counts>;
  written: readonly string[];
  bounded: boolean;
  now: Seen;
}): Changed[] {
  const targets = new Set([
    ...written,
    ...[...counts].flatMap(([oid, one]) => (rowsOf(one) > 0 ? [oid] : [])),
  ]);
  return [...targets].flatMap((target): Changed[] => {
    const relation = now.nodes[target]?.relation;
    if (relation === undefined) return [];
    const one = counts.get(target);
    const onlyInserts =
      "InsertStmt" in node || (one !== undefined && one.updated + one.deleted === 0 && one.inserted > 0);
    const deletes = "DeleteStmt" in node || (one?.deleted ?? 0) > 0;
    const others = bounded || onlyInserts ? undefined : deletes ? "for update" : "for no key update";
    return [{ target, relation, others }];
  });
}
