import { parseStatements } from "../sql/parse.ts";
import type { Table } from "../catalog/table.ts";
import { appVersion, type Workload } from "../workload/workload.ts";
import { relationKey } from "./draft.ts";
import { fields } from "./expression.ts";
import { listAt, relationOf, stringAt } from "./tree.ts";

/** How the statements of some workloads use tables. */
export interface WorkloadUse {
  /** Who inserts into a table, updates it, deletes from it, merges or copies into it, by its `relationKey`. */
  written: ReadonlyMap<string, readonly string[]>;
  /** Tables, by `relationKey`, whose rows they may give other values: by anything but DELETE. */
  filled: ReadonlySet<string>;
  /** `columnKey` of every column that some INSERT or COPY of theirs leaves to its default. */
  leftToDefault: ReadonlySet<string>;
  /** Tables, by `relationKey`, into which some INSERT goes that names what it conflicts with. */
  conflictTargets: ReadonlySet<string>;
  /** `columnKey` of every column that they may name or take in with all others, and `relationKey` of every relation. */
  used: ReadonlySet<string>;
}

export function columnKey(relation: { schema: string; name: string }, column: string): string {
  return `${relationKey(relation)}\0${column}`;
}

/** Reads the workloads' statements; one that does not parse uses nothing here and is the rehearsal's business. */
export function readWorkloadUse(workloads: readonly Workload[], tables: readonly Table[]): WorkloadUse {
  const written = new Map<string, readonly string[]>();
  const filled = new Set<string>();
  const leftToDefault = new Set<string>();
  const conflictTargets = new Set<string>();
  const used = new Set<string>();
  const byKey = new Map(tables.map((table) => [relationKey(table), table]));
  const onNode = (app: string, name: string, node: Record<string, unknown>): void => {
    if (!["InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "CopyStmt"].includes(name)) return;
    if (name === "CopyStmt" && node["is_from"] !== true) return;
    const relation = relationOf(node["relation"]);
    const writers = written.get(relationKey(relation)) ?? [];
    if (!writers.includes(app)) written.set(relationKey(relation), [...writers, app]);
    if (name !== "DeleteStmt") filled.add(relationKey(relation));
    if (name !== "InsertStmt" && name !== "CopyStmt") return;
    // Without a target every index counts, and none of them raises.
    if (fields(node["onConflictClause"])["infer"] !== undefined) conflictTargets.add(relationKey(relation));
    const given = name === "InsertStmt" ? insertColumns(node) : copyColumns(node);
    if (given === undefined) return;
    for (const column of byKey.get(relationKey(relation))?.columns ?? []) {
      if (!given.includes(column.name)) leftToDefault.add(columnKey(relation, column.name));
    }
  };
  for (const workload of workloads) {
    const app = appVersion(workload);
    for (const { sql, name } of workload.statements) {
      const statements = parsed(sql, name);
      visit(statements, (kind, node) => onNode(app, kind, node));
      for (const key of columnsUsed(statements, byKey)) used.add(key);
    }
  }
  return { written, filled, leftToDefault, conflictTargets, used };
}

/** Rather too many than too few: a name may be a column of any table that the statement names. */
function columnsUsed(statements: unknown[], tables: ReadonlyMap<string, Table>): string[] {
  const names = new Set<string>();
  const relations = new Set<string>();
  const mentioned = new Set<Table>();
  let all = false;
  visit(statements, (kind, node) => {
    if (typeof node["relname"] === "string") {
      const key = relationKey(relationOf(node));
      relations.add(key);
      const table = tables.get(key);
      if (table !== undefined) mentioned.add(table);
    }
    if (kind === "A_Star") all = true;
    if (kind === "InsertStmt") all ||= insertColumns(node) === undefined;
    if (kind === "CopyStmt") all ||= copyColumns(node) === undefined;
    if (kind === "String") names.add(stringAt(node, "sval") ?? "");
    if (kind === "ResTarget") names.add(stringAt(node, "name") ?? "");
  });
  const columns = [...mentioned].flatMap((table) =>
    table.columns.filter(({ name }) => all || names.has(name)).map(({ name }) => columnKey(table, name)),
  );
  return [...columns, ...relations];
}

function parsed(sql: string, name: string): unknown[] {
  try {
    return parseStatements(sql, name).map(({ node }) => node);
  } catch {
    return [];
  }
}

/** Undefined where every column is given; none are with DEFAULT VALUES. */
function insertColumns(node: Record<string, unknown>): string[] | undefined {
  const columns = listAt(node, "cols").map(
    (target) => stringAt(fields(fields(target)["ResTarget"]), "name") ?? "",
  );
  if (columns.length > 0) return columns;
  return node["selectStmt"] === undefined ? [] : undefined;
}

function copyColumns(node: Record<string, unknown>): string[] | undefined {
  const columns = listAt(node, "attlist").map(
    (target) => stringAt(fields(fields(target)["String"]), "sval") ?? "",
  );
  return columns.length > 0 ? columns : undefined;
}

function visit(tree: unknown, found: (name: string, node: Record<string, unknown>) => void): void {
  if (Array.isArray(tree)) for (const item of tree) visit(item, found);
  else {
    for (const [key, value] of Object.entries(fields(tree))) {
      found(key, fields(value));
      visit(value, found);
    }
  }
}
