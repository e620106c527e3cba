import type { Client } from "pg";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../sql/quote.ts";

/** A part of schema `interlock` that a target database may have: the journal, the guard. */
export interface OwnPart {
  /** The table, in schema `interlock`, that says which migrations have been made. */
  versionsTable: string;
  versionsComment: string;
  /** The part's own migrations, in order; one that was ever released is never edited. */
  versions: readonly string[];
  /** The role that a new schema shall belong to; by default the one that makes it. */
  owner?: string;
}

/**
 * The statements that bring one part of schema `interlock` to this version, each with its number; what is not
 * there yet is made, the schema itself too. Each element is to be run in a transaction.
 */
export async function ownMigrations(client: Client, part: OwnPart): Promise<string[]> {
  const table = quoteQualified("interlock", part.versionsTable);
  const begun = await hasTable(client, part.versionsTable);
  const made = begun ? await lastVersion(client, table) : 0;
  const later = part.versions
    .slice(made)
    .map((sql, index) => `${sql}; insert into ${table} (version) values (${String(made + index + 1)})`);
  return begun ? later : [beginning(part), ...later];
}

async function lastVersion(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ version: number }>(
    `select coalesce(max(version), 0)::integer as version from ${table}`,
  );
  return rows[0]?.version ?? 0;
}

// The schema is looked for before it is made: `if not exists` would ask for the right to create schemas even
// where it is there. Whether it was made for this part is kept, so that it can go with it again.
function beginning({ versionsTable, versionsComment, owner }: OwnPart): string {
  const table = quoteQualified("interlock", versionsTable);
  const authorization = owner === undefined ? "" : ` authorization ${quoteIdentifier(owner)}`;
  const body = `declare
  missing constant boolean := not exists (select from pg_catalog.pg_namespace where nspname = 'interlock');
begin
  if missing then
    create schema interlock${authorization};
    comment on schema interlock is 'The journal of Interlock: what has been done to this database, step by step.';
  end if;
  execute pg_catalog.format('create table ${table} (
    version integer primary key,
    made_at timestamptz not null default clock_timestamp(),
    with_schema boolean not null default %L
  )', missing);
  comment on table ${table} is ${quoteLiteral(versionsComment)};
end`;
  return `do ${quoteLiteral(body)}`;
}

/** Whether schema `interlock` has this table. */
export async function hasTable(client: Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    "select pg_catalog.to_regclass($1::text) is not null as found",
    [quoteQualified("interlock", table)],
  );
  return rows[0]?.found === true;
}
