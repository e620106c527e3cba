import type { Client } from "pg";
import { parseStatements } from "../sql/parse.ts";
import { quoteQualified } from "../sql/quote.ts";
import { child, isTree, list, text, type Tree } from "../sql/tree.ts";

/**
 * Whether no write that PostgreSQL can still prepare can fail for this statement: it only adds columns that may
 * be empty or have a constant default, of types without rules of their own, to a plain table on which nothing
 * of the user's runs. To be asked behind the statement, in its transaction.
 */
export async function isAdditive(client: Client, sql: string): Promise<boolean> {
  const [statement, ...others] = parseStatements(sql, "the statement");
  if (statement === undefined || others.length > 0) return false;
  const alter = child(statement.node, "AlterTableStmt");
  if (alter === undefined || text(alter, "objtype") !== "OBJECT_TABLE")
    return child(statement.node, "CommentStmt") !== undefined;
  const columns = list(alter, "cmds").map(addedColumn);
  const relation = child(alter, "relation");
  const table = relation === undefined ? undefined : text(relation, "relname");
  if (table === undefined || columns.includes(undefined)) return false;
  const { rows } = await client.query<{ bare: boolean }>(bare, [
    quoteQualified(...[text(relation, "schemaname"), table].filter((part) => part !== undefined)),
    columns,
  ]);
  return rows[0]?.bare === true;
}

/** The name of the column that a sub-command adds, where adding is all that it does. */
function addedColumn(command: unknown): string | undefined {
  const alter = child(command, "AlterTableCmd");
  const column = child(child(alter, "def"), "ColumnDef");
  if (text(alter, "subtype") !== "AT_AddColumn" || column === undefined) return undefined;
  const constraints = list(column, "constraints").map((constraint) => child(constraint, "Constraint"));
  const kinds = constraints.map((constraint) => text(constraint, "contype"));
  const hasDefault = constraints.some((constraint) => isConstantDefault(constraint));
  const harmless = kinds.every(
    (kind) =>
      kind === "CONSTR_NULL" || ((kind === "CONSTR_DEFAULT" || kind === "CONSTR_NOTNULL") && hasDefault),
  );
  return harmless ? text(column, "colname") : undefined;
}

function isConstantDefault(constraint: Tree | undefined): boolean {
  if (text(constraint, "contype") !== "CONSTR_DEFAULT") return false;
  const value = child(constraint, "raw_expr");
  const constant = child(value, "A_Const") ?? child(child(child(value, "TypeCast"), "arg"), "A_Const");
  // `default null` is no value for a column that must have one.
  return isTree(constant) && constant["isnull"] !== true;
}

const bare = `
select c.relkind = 'r' and not c.relrowsecurity and not c.relispartition
   and not exists (select from pg_inherits i where c.oid in (i.inhparent, i.inhrelid))
   and not exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)
   and not exists (select from pg_rewrite r where r.ev_class = c.oid)
   -- What a function does with whole rows shows only when it runs.
   and not exists (select from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                    where n.nspname not in ('pg_catalog', 'information_schema') 
                      and (p.prosrc ilike '%' || c.relname || '%' or p.prosrc ~* '\\mexecute\\M'))
   -- A domain has rules of its own.
   and not exists (select from pg_attribute a join pg_type y on y.oid = a.atttypid join pg_namespace n on n.oid = y.typnamespace
                    where a.attrelid = c.oid and a.attname = any ($2::text[]) and n.nspname <> 'pg_catalog') as bare
  from pg_class c where c.oid = $1::regclass`;
