import type { Statement } from "../sql/parse.ts";
import { relationKey } from "./draft.ts";
import { fields } from "./expression.ts";
import { operationKinds } from "./operations/all.ts";
import type { Operation, Recognised } from "./operation.ts";
import type { Relation } from "./plan.ts";
import { RenamedTables } from "./renamed-tables.ts";
import { listAt, relationOf, stringAt, textOf } from "./tree.ts";

/** One migration file with its statements. */
export interface SourceFile {
  path: string;
  statements: readonly Statement[];
}

/**
 * The operations of a change, in order. An ALTER TABLE is taken apart into its commands; when one of them is
 * of no known kind, the statement goes through whole. So does every statement on a table that the change
 * itself creates, since no live version knows that table.
 */
export function recognise(files: readonly SourceFile[]): Operation[] {
  const operations: Operation[] = [];
  const created = new Set<string>();
  const names = new RenamedTables(files);
  for (const { path, statements } of files) {
    for (const { sql: source, line, node: written } of statements) {
      const { node, sql } = names.asBefore({ node: written, sql: source });
      for (const recognised of recogniseStatement(node, created, names)) {
        if (recognised.kind === "create-table") created.add(relationKey(recognised.table));
        if (recognised.kind === "change-object") addMaterialised(recognised.node, created);
        if (recognised.kind === "rename-table") {
          recognised.to = renamedTo(recognised.to, written);
          names.add(recognised.table, recognised.to);
        }
        operations.push({
          ...recognised,
          index: operations.length,
          file: path,
          line,
          sql,
          ...(sql === source ? {} : { source }),
        });
      }
    }
  }
  return operations;
}

function recogniseStatement(
  node: Statement["node"],
  created: ReadonlySet<string>,
  names: RenamedTables,
): Recognised[] {
  const [name = "", body] = Object.entries(node)[0] ?? [];
  const inside = fields(body);
  if (name === "TransactionStmt") return [];
  const onNewTable = created.has(relationKey(subjectOf(name, inside)));
  const whole: Recognised = { kind: "pass-through", node, onNewTable };
  if (onNewTable) return [whole];
  if (name === "AlterTableStmt" && inside["objtype"] === "OBJECT_TABLE") {
    return recogniseCommands(inside) ?? [whole];
  }
  for (const kind of operationKinds) {
    const recognised = kind.fromStatement?.(name, inside, node);
    // A table whose name another one takes is made anew.
    if (recognised?.kind === "rename-table" && names.isTaken(recognised.table)) return [whole];
    if (recognised !== undefined) return [recognised];
  }
  return [whole];
}

/** A materialised view has indexes as a table has. */
function addMaterialised(node: Statement["node"], created: Set<string>): void {
  const made = fields(fields(node)["CreateTableAsStmt"]);
  if (made["objtype"] === "OBJECT_MATVIEW") created.add(relationKey(relationOf(fields(made["into"])["rel"])));
}

/** A renaming leaves the schema as it is by then, and a change of schema the name. */
function renamedTo(to: Relation, written: Statement["node"]): Relation {
  const rename = fields(fields(written)["RenameStmt"])["relation"];
  if (rename !== undefined) return { schema: relationOf(rename).schema, name: to.name };
  const moved = relationOf(fields(fields(written)["AlterObjectSchemaStmt"])["relation"]);
  return { schema: to.schema, name: moved.name };
}

/** The table that a statement is about, of the kinds of statement that are about one. */
function subjectOf(name: string, inside: Record<string, unknown>): Relation {
  if (name !== "CommentStmt") return relationOf(inside["relation"]);
  const parts = listAt(fields(fields(inside["object"])["List"]), "items").map(textOf);
  if (inside["objtype"] === "OBJECT_COLUMN") parts.pop();
  return { schema: parts.at(-2) ?? "public", name: parts.at(-1) ?? "" };
}

function recogniseCommands(statement: Record<string, unknown>): Recognised[] | undefined {
  const table = relationOf(statement["relation"]);
  const found: Recognised[] = [];
  for (const command of listAt(statement, "cmds")) {
    const body = fields(fields(command)["AlterTableCmd"]);
    const subtype = stringAt(body, "subtype") ?? "";
    const recognised = operationKinds
      .map((kind) => kind.fromCommand?.(subtype, body))
      .find((candidate) => candidate !== undefined);
    if (recognised === undefined) return undefined;
    found.push({ ...recognised, table, command } as Recognised);
  }
  return found;
}
