import type { Client } from "pg";
import type { Table } from "../catalog/table.ts";
import { readEnums, type EnumType } from "../catalog/read-enums.ts";
import { readObjects } from "../catalog/objects/read-objects.ts";
import type { SchemaObject } from "../catalog/objects/schema-object.ts";
import { describeCatalog, type CatalogDescription } from "../catalog/describe.ts";
import { readTables } from "../catalog/read-tables.ts";
import { applyMigration } from "../migration/apply.ts";
import type { Migration } from "../migration/migration.ts";
import type { Baseline } from "../rehearsal/baseline.ts";
import type { Effect, ObjectChange } from "./model.ts";
import type { Operation } from "./operation.ts";

/** What the schema is before and after the migration alone, and what its statements did on the way. */
export interface Analysis {
  before: Table[];
  after: Table[];
  catalogBefore: CatalogDescription;
  catalogAfter: CatalogDescription;
  effects: Map<number, Effect>;
  objects: { before: SchemaObject[]; after: SchemaObject[] };
  enums: { before: EnumType[]; after: EnumType[] };
}

/** Runs the migration as it is on a copy of the baseline, whose rows it is known to accept. Throws `Failure` "migration-does-not-apply". */
export async function analyse(options: {
  baseline: Baseline;
  files: readonly Migration[];
  operations: readonly Operation[];
}): Promise<Analysis> {
  const { baseline, files, operations } = options;
  const { sandbox } = baseline;
  const database = await sandbox.createDatabase(baseline.database);
  const client = await sandbox.migrator(database);
  try {
    const before = await readTables(client);
    const catalogBefore = await describeCatalog(client);
    const enumsBefore = await readEnums(client);
    const objectsBefore = await readObjects(client);
    let objects = objectsBefore;
    const effects = new Map<number, Effect>();
    let nodes = await fileNodes(client);
    const after = async (file: string, { line, sql }: { line: number; sql: string }): Promise<void> => {
      const now = await fileNodes(client);
      const rewrites = [...now].flatMap(([oid, node]) => {
        const earlier = nodes.get(oid);
        return earlier === undefined || earlier.node === node.node
          ? []
          : [{ schema: node.schema, name: node.table }];
      });
      nodes = now;
      const own = operations.filter(
        (operation) =>
          operation.file === file && operation.line === line && (operation.source ?? operation.sql) === sql,
      );
      const earlierObjects = objects;
      const following = operations[(own.at(-1)?.index ?? 0) + 1];
      // Also before such a statement: a rename shows in the definitions of what reads the column.
      if ([...own, following].some(mayChangeObjects)) objects = await readObjects(client);
      const changed = objectChanges(earlierObjects, objects);
      for (const { index } of own) effects.set(index, { rewrites, objects: changed });
    };
    for (const file of files) await applyMigration(client, file, (statement) => after(file.path, statement));
    return {
      before,
      after: await readTables(client),
      catalogBefore,
      catalogAfter: await describeCatalog(client),
      effects,
      objects: { before: objectsBefore, after: await readObjects(client) },
      enums: { before: enumsBefore, after: await readEnums(client) },
    };
  } finally {
    await client.end();
    await sandbox.dropDatabase(database);
  }
}

const onTablesOnly = ["CommentStmt", "IndexStmt", "InsertStmt"];

/** What is on a table that the change makes, and nothing but rows, an index or a comment, is no view, function or trigger. */
function mayChangeObjects(operation: Operation | undefined): boolean {
  if (operation?.kind === "change-object") return true;
  if (operation?.kind !== "pass-through") return false;
  return !operation.onNewTable || !onTablesOnly.includes(Object.keys(operation.node)[0] ?? "");
}

/** What one list has otherwise than the other. */
function objectChanges(before: readonly SchemaObject[], after: readonly SchemaObject[]): ObjectChange[] {
  if (before === after) return [];
  const [left, right] = [before, after].map((all) => new Map(all.map((object) => [object.identity, object])));
  return [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].flatMap((identity) => {
    const change = { identity, before: left?.get(identity), after: right?.get(identity) };
    const same = JSON.stringify(change.before?.create) === JSON.stringify(change.after?.create);
    return same ? [] : [change];
  });
}

interface FileNode {
  node: string;
  schema: string;
  /** The table, also of an index: an index that is built anew needs the table read under its lock. */
  table: string;
}

async function fileNodes(client: Client): Promise<Map<string, FileNode>> {
  const { rows } = await client.query<FileNode & { oid: string }>(
    `select c.oid::text as oid, c.relfilenode::text as node, n.nspname as schema, coalesce(t.relname, c.relname) as "table"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       left join pg_index i on i.indexrelid = c.oid left join pg_class t on t.oid = i.indrelid
      where c.relkind in ('r', 'i', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`,
  );
  return new Map(rows.map(({ oid, ...node }) => [oid, node]));
}
