import type { Table } from "../../catalog/table.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";

/** What the empty table is called once the migration's own statements have had it. */
export const namesake = "interlock_namesake";

/** The statements that make an empty table whose constraints, indexes and sequences are called as a table's are. */
export function namesakeOf(before: Table, staging: string): string[] {
  const table = quoteQualified(staging, before.name);
  const keys = before.constraints.filter(({ kind }) => kind === "primary" || kind === "unique");
  const others = before.constraints.filter(({ kind }) => kind === "check" || kind === "foreign");
  return [
    `create table ${table} (like ${quoteQualified(before.schema, before.name)})`,
    ...keys.map(
      ({ name, columns }) =>
        `alter table ${table} add constraint ${quoteIdentifier(name)} unique (${columns.map(quoteIdentifier).join(", ")})`,
    ),
    ...others.map(({ name }) => `alter table ${table} add constraint ${quoteIdentifier(name)} check (true)`),
    ...before.indexes
      .filter(({ constraint }) => constraint === null)
      .map(({ name }) => `create index ${quoteIdentifier(name)} on ${table} ((1))`),
    ...before.columns
      .flatMap(({ ownedSequences }) => ownedSequences)
      .map(({ name }) => `create sequence ${quoteQualified(staging, name)}`),
  ];
}

/** Drops the sequences that stand by themselves: those of the new table belong to it. */
export function dropSequences(staging: string): string {
  return `do $interlock$
declare
  made regclass;
begin
  for made in
    select c.oid from pg_catalog.pg_class c
     where c.relnamespace = ${quoteLiteral(quoteIdentifier(staging))}::regnamespace and c.relkind = 'S'
       and not exists (select from pg_catalog.pg_depend d
         where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i'))
  loop
    execute pg_catalog.format('drop sequence %s', made);
  end loop;
end
$interlock$`;
}
