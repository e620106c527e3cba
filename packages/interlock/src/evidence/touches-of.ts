import { recognise } from "../plan/recognise.ts";
import type { Migration } from "../migration/migration.ts";
import { child, isTree, list, names, text } from "../sql/tree.ts";
import type { Touches } from "./facts.ts";

/** What a change does, for rules, as far as its text says it; what it rewrites only a rehearsal shows. */
export function touchesOf(migrations: readonly Migration[]): Touches {
  const operations = recognise(migrations);
  const kinds = new Set(operations.map(({ kind }) => kind as string));
  const tables = new Set<string>();
  let statements = 0;
  for (const { node } of migrations.flatMap((migration) => [...migration.statements])) {
    if ("TransactionStmt" in node) continue;
    statements += 1;
    for (const table of tablesOf(node)) tables.add(table);
  }
  return {
    kinds: [...kinds].toSorted(),
    tables: [...tables].toSorted(),
    statements,
    operations: operations.length,
    files: migrations.length,
    rewrites: [],
  };
}

/** The tables that a statement names, with their schema; `public` where it names none. */
function tablesOf(statement: unknown): string[] {
  const withs = new Set<string>();
  const found: string[] = [];
  walk(statement, (kind, node) => {
    if (kind === "CommonTableExpr") withs.add(text(node, "ctename") ?? "");
    // Some statements hold their table as a member, others as a node in a list.
    if (text(node, "relname") !== undefined)
      found.push(displayed(text(node, "schemaname"), text(node, "relname")));
    if (kind === "DropStmt" && droppedRelations.includes(text(node, "removeType") ?? "")) {
      for (const item of list(node, "objects")) found.push(named(names(list(child(item, "List"), "items"))));
    }
    if (kind === "DropStmt" && onRelations.includes(text(node, "removeType") ?? "")) {
      for (const item of list(node, "objects")) {
        found.push(named(names(list(child(item, "List"), "items")).slice(0, -1)));
      }
    }
    if (kind === "CommentStmt") {
      const parts = names(list(child(child(node, "object"), "List"), "items"));
      if (text(node, "objtype") === "OBJECT_TABLE") found.push(named(parts));
      if (text(node, "objtype") === "OBJECT_COLUMN") found.push(named(parts.slice(0, -1)));
    }
  });
  return found.filter((table) => !withs.has(table.replace(/^public\./, "")));
}

const droppedRelations = ["OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"];
const onRelations = ["OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"];

function named(parts: readonly string[]): string {
  return displayed(parts.at(-2), parts.at(-1));
}

function displayed(schema: string | undefined, name: string | undefined): string {
  return `${schema ?? "public"}.${name ?? ""}`;
}

function walk(value: unknown, visit: (kind: string, node: Record<string, unknown>) => void, kind = ""): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, visit);
    return;
  }
  if (!isTree(value)) return;
  visit(kind, value);
  for (const [key, member] of Object.entries(value)) walk(member, visit, key);
}
