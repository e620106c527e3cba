import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import type { TableChange } from "./model.ts";
import { syncFunctionName, syncTriggerName } from "./names.ts";
import { createKeeper, dropKeeper } from "./keep-keys-apart.ts";
import { syncBody } from "./sync-body.ts";

/** Whether a table needs a trigger at all while both shapes are alive. */
export function needsSync({ groups, fills, replacements }: TableChange): boolean {
  return groups.length + fills.length + replacements.length > 0;
}

/** What the sync of a table is made for. */
export interface SyncFacts {
  newVersions: readonly string[];
  /** Whether a statement of either version names what it conflicts with: INSERT … ON CONFLICT (…). */
  conflicts: boolean;
}

/** The statements that put the sync on a table. */
export function createSync(change: TableChange, facts: SyncFacts): string[] {
  const { schema, name } = change.relation;
  const table = quoteQualified(schema, name);
  const routine = quoteQualified("interlock", syncFunctionName(change.relation));
  const trigger = quoteIdentifier(syncTriggerName(change.relation));
  const body = syncBody(change, facts);
  const mark = body.includes("$interlock$")
    ? `$interlock_${syncFunctionName(change.relation)}$`
    : "$interlock$";
  const path = [...new Set(["pg_catalog", schema, "public", "pg_temp"])].map(quoteIdentifier).join(", ");
  return [
    "create schema if not exists interlock",
    `create function ${routine}() returns trigger language plpgsql set search_path = ${path} as ${mark}\n${body}\n${mark}`,
    `create trigger ${trigger} before insert or update on ${table} for each row execute function ${routine}()`,
    // A session that applies changes from elsewhere (session_replication_role = replica) writes rows as well.
    `alter table ${table} enable always trigger ${trigger}`,
    ...createKeeper(change, facts),
  ];
}

/** The statements that take it away again. */
export function dropSync(change: TableChange, facts: Pick<SyncFacts, "conflicts">): string[] {
  const { schema, name } = change.relation;
  return [
    ...dropKeeper(change, facts),
    `drop trigger ${quoteIdentifier(syncTriggerName(change.relation))} on ${quoteQualified(schema, name)}`,
    `drop function ${quoteQualified("interlock", syncFunctionName(change.relation))}()`,
  ];
}
