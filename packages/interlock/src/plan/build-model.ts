import type { Table } from "../catalog/table.ts";
import { relationKey, sameRelation } from "./draft.ts";
import { groupMappings } from "./group-mappings.ts";
import { collectMappings, fillsNulls } from "./collect-mappings.ts";
import type { MappingComment } from "./mapping-comment.ts";
import type { ChangeModel, Effect, TableChange } from "./model.ts";
import { findRebuilds } from "./rebuild/find-rebuilds.ts";
import { findMoves } from "./moves/find-moves.ts";
import type { Operation, RenameTable } from "./operation.ts";
import type { Relation } from "./plan.ts";
import { planReplacements } from "./replacement.ts";
import { underOldNames } from "./under-old-names.ts";
import type { WorkloadUse } from "./workload-use.ts";

export interface ModelInput {
  operations: Operation[];
  before: Table[];
  after: Table[];
  comments: MappingComment[];
  /** By operation. */
  effects: Map<number, Effect>;
  objects?: ChangeModel["objects"];
  enums?: ChangeModel["enums"];
  old: { versions: string[]; use: WorkloadUse };
  new: { versions: string[]; use: WorkloadUse };
}

/**
 * Puts together what a change does to the tables that were there before it: which columns come, go and are
 * renamed, and which of them say the same thing. Pure.
 *
 * Throws `Failure` "mapping-missing", "mapping-not-valid" or "cannot-plan".
 */
export function buildModel(given: ModelInput): ChangeModel {
  const input = { ...given, operations: underOldNames(given.operations) };
  const tables = new Map<string, TableChange>();
  const after = new Map(input.after.map((table) => [relationKey(table), table]));
  for (const before of input.before) {
    const relation = { schema: before.schema, name: before.name };
    tables.set(relationKey(before), {
      relation,
      before,
      after: after.get(relationKey(nameAfter(relation, input.operations))),
      added: new Map(),
      dropped: new Map(),
      renamed: new Map(),
      groups: [],
      fills: [],
      replacements: [],
      moved: new Set(),
      updatedLate: new Set(),
    });
  }
  for (const operation of input.operations) noteColumns(operation, tables);
  const { moves, comments } = findMoves({ ...input, tables, after });
  for (const { parent, toParent } of moves) {
    const change = tables.get(relationKey(parent));
    for (const { column } of toParent) change?.moved.add(column);
  }
  const model: ChangeModel = {
    operations: input.operations,
    tables,
    moves,
    rebuilds: findRebuilds({ ...input, tables, after }),
    effects: input.effects,
    objects: input.objects ?? { before: [], after: [] },
    enums: input.enums ?? { before: [], after: [] },
    old: input.old.versions,
    new: input.new.versions,
    leftToDefault: { old: input.old.use.leftToDefault, new: input.new.use.leftToDefault },
    used: { old: input.old.use.used, new: input.new.use.used },
    writtenByOld: input.old.use.written,
    filledByNew: input.new.use.filled,
    conflictTargets: new Set([...input.old.use.conflictTargets, ...input.new.use.conflictTargets]),
    notes: [],
    losses: [],
  };
  for (const operation of input.operations) noteUpdates(operation, tables);
  const mappings = collectMappings(input.operations, tables, comments);
  groupMappings(tables, mappings, input.operations);
  planReplacements(model);
  return model;
}

/** What the change leaves a table to be called. */
function nameAfter(relation: Relation, operations: readonly Operation[]): Relation {
  const renames = operations.filter(
    (each): each is RenameTable => each.kind === "rename-table" && sameRelation(each.table, relation),
  );
  return renames.at(-1)?.to ?? relation;
}

function noteUpdates(operation: Operation, tables: Map<string, TableChange>): void {
  if (operation.kind !== "update-rows") return;
  const change = tables.get(relationKey(operation.table));
  for (const { column } of operation.assignments) {
    if (change === undefined || change.added.has(column) || fillsNulls(operation, column, change)) continue;
    change.updatedLate.add(column);
  }
}

function noteColumns(operation: Operation, tables: Map<string, TableChange>): void {
  if (!("column" in operation)) return;
  const change = tables.get(relationKey(operation.table));
  if (change === undefined) return;
  const order = operation.index;
  if (operation.kind === "add-column") {
    const known = change.before.columns.some(({ name }) => name === operation.column);
    const column = change.after?.columns.find(({ name }) => name === operation.column);
    if (!known && column !== undefined) change.added.set(operation.column, { column, order });
  }
  if (operation.kind === "drop-column") {
    const from = change.renamed.get(operation.column)?.from ?? operation.column;
    const column = change.before.columns.find(({ name }) => name === from);
    const place = `${operation.file}:${String(operation.line)}`;
    if (column !== undefined) change.dropped.set(from, { column, order, place });
  }
  if (operation.kind === "rename-column") {
    const from = change.renamed.get(operation.column)?.from ?? operation.column;
    change.renamed.delete(operation.column);
    change.renamed.set(operation.newName, { from, order });
  }
}
