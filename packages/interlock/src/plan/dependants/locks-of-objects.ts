import type { LockMode } from "../../database/lock-mode.ts";
import { relationKey, strongerLock } from "../draft.ts";
import type { ChangeModel, ObjectChange } from "../model.ts";
import type { ChangeObject } from "../operation.ts";
import type { Relation } from "../plan.ts";
import { referencedTables } from "../referenced-tables.ts";
import { changesOf } from "./recreated.ts";

/** The strongest lock that statements about objects take on the tables that these are on. */
export function lockOfObjects(operations: readonly ChangeObject[], model: ChangeModel): LockMode {
  return operations
    .flatMap((each) => changesOf(each, model).map(lockOf))
    .reduce(strongerLock, "AccessShareLock");
}

function lockOf({ before, after }: ObjectChange): LockMode {
  switch (after?.kind ?? before?.kind) {
    case "function":
      return "AccessShareLock";
    case "view":
    case "materialized view":
      // A new one only reads its tables. One that goes or is replaced is locked itself.
      return before === undefined ? "AccessShareLock" : "AccessExclusiveLock";
    case "trigger":
      return before === undefined ? "ShareRowExclusiveLock" : "AccessExclusiveLock";
    case "statistics":
    case "publication":
      return "ShareUpdateExclusiveLock";
    case "policy":
    case "rule":
    case "generated column":
    case undefined:
      return "AccessExclusiveLock";
  }
}

/** The tables that triggers, policies and the like are on; those that a new view reads. */
export function tablesOfObjects(operations: readonly ChangeObject[], model: ChangeModel): Relation[] {
  const reads = lockOfObjects(operations, model) === "AccessShareLock";
  const found = operations.flatMap((operation) => [
    ...changesOf(operation, model).flatMap(({ before, after }) => {
      const relation = after?.relation ?? before?.relation;
      return relation === null || relation === undefined || !model.tables.has(relationKey(relation))
        ? []
        : [relation];
    }),
    ...(reads ? referencedTables(operation.sql, model) : []),
  ]);
  return [...new Map(found.map((relation) => [relationKey(relation), relation])).values()];
}
