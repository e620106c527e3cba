import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import type { HistoryRow } from "./history-row.ts";

/**
 * A statement that puts a row into a tool's own table, once: nothing where the database has no such table or the
 * row is there already. Where several schemas have one, that in `public` or else the first by name is meant.
 */
export function recordSql(row: HistoryRow): string {
  const { values, key, onlyLatest = false } = row;
  const columns = Object.keys(values).map(quoteIdentifier).join(", ");
  const expressions = Object.values(values).map(asFormat).join(", ");
  const there = key.map((column) => `${quoteIdentifier(column)} = ${asFormat(values[column] ?? "")}`);
  if (!onlyLatest) {
    return inTable(row, [
      `insert into %1$s (${columns}) select ${expressions} where not exists (select from %1$s where ${there.join(" and ")})`,
    ]);
  }
  const version = asFormat(values[key[0] ?? ""] ?? "");
  const column = quoteIdentifier(key[0] ?? "");
  // A version further on has been reached: this one is behind it.
  return inTable(row, [
    `delete from %1$s where ${column} < ${version}`,
    `insert into %1$s (${columns}) select ${expressions} where not exists (select from %1$s)`,
  ]);
}

/** The statement that takes the row away again. `before`: the row that was the latest until then. */
export function forgetSql(row: HistoryRow, before?: HistoryRow): string {
  const { values, key, onlyLatest = false } = row;
  const there = key.map((column) => `${quoteIdentifier(column)} = ${asFormat(values[column] ?? "")}`);
  const where = there.join(" and ");
  if (!onlyLatest) return inTable(row, [`delete from %1$s where ${where}`]);
  const column = key[0] ?? "";
  return before === undefined
    ? inTable(row, [`delete from %1$s where ${where}`])
    : inTable(row, [
        `update %1$s set ${quoteIdentifier(column)} = ${asFormat(before.values[column] ?? "")} where ${where}`,
      ]);
}

/** Runs statements on the tool's table, if there is one with the columns that the tool gives it. */
function inTable({ table, schema, values }: HistoryRow, statements: readonly string[]): string {
  const columns = Object.keys(values);
  const names = columns.map(quoteLiteral).join(", ");
  const inSchema = schema === undefined ? "" : ` and n.nspname = ${quoteLiteral(schema)}`;
  const runs = statements.map(
    (sql) =>
      `  execute pg_catalog.format(${quoteLiteral(sql)}, pg_catalog.format('%I.%I', place.nspname, place.relname));`,
  );
  const body = `declare place record; begin
  select n.nspname, c.relname into place
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p') and c.relname = ${quoteLiteral(table)}${inSchema}
     and n.nspname !~ '^pg_'
     and (select pg_catalog.count(*) from pg_catalog.pg_attribute a
           where a.attrelid = c.oid and not a.attisdropped and a.attname in (${names})) = ${String(columns.length)}
   order by n.nspname <> 'public', n.nspname limit 1;
  if place is null then return; end if;
${runs.join("\n")}
end`;
  return `do ${quoteLiteral(body)}`;
}

/** A per cent sign of its own is doubled; the table comes in as format's first argument. */
function asFormat(expression: string | ((table: string) => string)): string {
  return typeof expression === "string" ? expression.replaceAll("%", "%%") : expression("%1$s");
}
