import type { Node } from "libpg-query";
import { parseStatements } from "../sql/parse.ts";
import { appVersion, type Workload } from "../workload/workload.ts";
import type { Problem } from "./problem.ts";
import { child, isTree, list, text } from "../sql/tree.ts";

/** A statement of a workload, with what the rehearsal needs to know of it. */
export interface RehearsedStatement {
  app: string;
  name: string;
  sql: string;
  /** Whether the app sends it as a named prepared statement, as far as the workload says. */
  prepared: boolean | undefined;
  calls: number | undefined;
  samples: readonly (readonly unknown[])[];
  /** Undefined where PostgreSQL 18's parser does not read it. */
  node: Node | undefined;
  /** Whether it changes rows. */
  writes: boolean;
  /** Whether PostgreSQL says how many rows that were: not of a procedure's, nor of a TRUNCATE's. */
  countsRows: boolean;
  /** Whether PostgreSQL plans it, and keeps the plan of what stays prepared. */
  hasPlan: boolean;
  /** Relations that it names, schema-qualified where it qualifies them. */
  relations: readonly string[];
  copy: { columns: readonly string[]; relation: unknown; format: "text" | "csv" | "binary" } | undefined;
  /** Why it is never executed; undefined for what is. */
  notExecuted: string | undefined;
  /** What PostgreSQL would say to the rehearsal's role, of something that is not even tried. */
  forbidden: Problem | undefined;
}

export function rehearsedStatements(workload: Workload): RehearsedStatement[] {
  const app = appVersion(workload);
  return workload.statements.map(({ name, sql, prepared, calls, samples = [] }) => {
    const node = parsed(sql);
    return {
      app,
      name,
      sql,
      prepared,
      calls,
      samples,
      node,
      writes: contains(node, writing),
      countsRows: contains(node, counting),
      hasPlan: node === undefined || Object.keys(node).some((kind) => planned.has(kind)),
      relations: relationNames(node),
      copy: copyFrom(node),
      notExecuted: reasonNotExecuted(node),
      forbidden: startsProgram(node)
        ? { sqlstate: "42501", message: "permission denied to COPY to or from an external program" }
        : undefined,
    };
  });
}

const planned = new Set([
  "SelectStmt",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
  "MergeStmt",
  "CallStmt",
  "ExplainStmt",
]);
const counting = new Set(["InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"]);
const writing = new Set([...counting, "CallStmt", "TruncateStmt"]);

function parsed(sql: string): Node | undefined {
  try {
    const statements = parseStatements(sql, "a statement");
    return statements.length === 1 ? statements[0]?.node : undefined;
  } catch {
    // PostgreSQL itself says what is wrong with it when it is prepared.
    return undefined;
  }
}

function contains(node: unknown, kinds: ReadonlySet<string>): boolean {
  if (Array.isArray(node)) return node.some((item) => contains(item, kinds));
  if (!isTree(node)) return false;
  if (text(node, "relname") === undefined && child(node, "CopyStmt")?.["is_from"] === true) return true;
  return Object.entries(node).some(([key, member]) => kinds.has(key) || contains(member, kinds));
}

function relationNames(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const item of node) relationNames(item, found);
  if (!isTree(node)) return found;
  const name = text(node, "relname");
  const schema = text(node, "schemaname");
  if (name !== undefined) found.push(schema === undefined ? name : `${schema}.${name}`);
  for (const member of Object.values(node)) relationNames(member, found);
  return found;
}

function copyFrom(node: unknown): RehearsedStatement["copy"] {
  const copy = child(node, "CopyStmt");
  if (copy?.["is_from"] !== true) return undefined;
  const option = list(copy, "options")
    .map((one) => child(one, "DefElem"))
    .find((one) => text(one, "defname") === "format");
  const format = text(child(child(option, "arg"), "String"), "sval")?.toLowerCase();
  return {
    columns: list(copy, "attlist").map((one) => text(child(one, "String"), "sval") ?? ""),
    relation: child(copy, "relation"),
    format: format === "csv" || format === "binary" ? format : "text",
  };
}

function startsProgram(node: Node | undefined): boolean {
  return child(node, "CopyStmt")?.["is_program"] === true;
}

function reasonNotExecuted(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  const [kind = ""] = Object.keys(node);
  if (kind === "TransactionStmt") return "it controls the transaction";
  if (startsProgram(node)) return "it starts a program";
  if (["VacuumStmt", "CheckPointStmt", "ClusterStmt", "ReindexStmt"].includes(kind))
    return "it is maintenance";
  return undefined;
}
