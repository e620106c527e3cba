import type { Client } from "pg";

/** Tables that a statement names, and whether row security now holds for everybody but their owner. */
export type RowSecurity = readonly { relation: string; sparesOwner: boolean }[];

const query = `
select format('%I.%I', n.nspname, c.relname) as relation,
       c.relrowsecurity and not c.relforcerowsecurity as "sparesOwner"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
   and pg_catalog.strpos($1::text, c.relname) > 0
 order by 1`;

/** A further policy only ever adds rows, unless it is made as a restrictive one. */
const letsMoreThrough = /^\s*create\s+policy\b(?![^]*\bas\s+restrictive\b)/i;

/** To be asked behind a statement; of one that is about something else nothing is asked. */
export async function lookAtRowSecurity(client: Client, sql: string): Promise<RowSecurity> {
  if (!/\b(policy|row\s+level\s+security)\b/i.test(sql) || letsMoreThrough.test(sql)) return [];
  const { rows } = await client.query<{ relation: string; sparesOwner: boolean }>(query, [sql]);
  return rows;
}
