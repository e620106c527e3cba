import type { Node } from "libpg-query";
import type { LeftOutReason } from "./observation.ts";

/** What a recorder does with a statement: keep it, leave it out for a reason, or follow a SQL-level PREPARE. */
export type StatementKind = "workload" | "cursor" | "prepare" | "execute" | LeftOutReason;

const kinds: Readonly<Record<string, StatementKind>> = {
  SelectStmt: "workload",
  InsertStmt: "workload",
  UpdateStmt: "workload",
  DeleteStmt: "workload",
  MergeStmt: "workload",
  CallStmt: "workload",
  CopyStmt: "workload",
  TruncateStmt: "workload",
  LockStmt: "workload",
  RefreshMatViewStmt: "workload",
  DeclareCursorStmt: "cursor",
  PrepareStmt: "prepare",
  ExecuteStmt: "execute",
  TransactionStmt: "transaction-control",
  VariableSetStmt: "session-setting",
  VariableShowStmt: "session-setting",
  ConstraintsSetStmt: "session-setting",
  DiscardStmt: "session-setting",
  DeallocateStmt: "session-setting",
  ListenStmt: "session-setting",
  UnlistenStmt: "session-setting",
  NotifyStmt: "session-setting",
  FetchStmt: "session-setting",
  ClosePortalStmt: "session-setting",
  LoadStmt: "session-setting",
  DoStmt: "anonymous-block",
  ExplainStmt: "maintenance",
  VacuumStmt: "maintenance",
  ReindexStmt: "maintenance",
  ClusterStmt: "maintenance",
  RepackStmt: "maintenance",
  CheckPointStmt: "maintenance",
};

/** The kind of a statement by its parse tree; what is in no list changes the structure. */
export function statementKind(node: Node): StatementKind {
  const [[type, body] = ["", undefined]] = Object.entries(node);
  // `select … into table` makes a table.
  if (type === "SelectStmt" && body !== null && typeof body === "object" && "intoClause" in body) {
    return "structural";
  }
  return kinds[type] ?? "structural";
}

/** Structural statements whose string constants are names and values of the schema, and never a secret. */
const schemaStatements = new Set([
  "CreateStmt",
  "AlterTableStmt",
  "CreateEnumStmt",
  "AlterEnumStmt",
  "CreateDomainStmt",
  "AlterDomainStmt",
  "IndexStmt",
  "ViewStmt",
]);

/** Whether string constants of this statement count as the schema's own vocabulary (enum values, checks, defaults). */
export function namesSchemaVocabulary(node: Node): boolean {
  return Object.keys(node).some((type) => schemaStatements.has(type));
}
