import type { Client } from "pg";
import { parseLocks, type Lock } from "./lock.ts";

/** A relation, by how it is displayed; an index by its table. */
export interface Named {
  relation: string;
  isTable: boolean;
  isSequence?: boolean;
}

/** A lock, and what it is on; unnamed where that has been dropped, or is no relation. */
export interface NamedLock extends Lock {
  named: Named | undefined;
  /** Whether people are told of it: not of indexes and the like. */
  isShown: boolean;
}

/** Locks that a session holds now and did not before, both as `ownLocks` says it. */
export function newLocks(now: string, before: string): Lock[] {
  if (now === before) return [];
  const known = new Set(before.split(","));
  return parseLocks(now).filter(({ target, mode }) => !known.has(`${target} ${mode}`));
}

const query = `
select c.oid::text as target, format('%I.%I', n.nspname, t.relname) as relation, i.indexrelid is null as "isTable",
       c.relkind = 'S' as "isSequence",
       c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname <> 'information_schema' and n.nspname !~ '^pg_' as "isShown"
  from pg_catalog.pg_class c
  left join pg_catalog.pg_index i on i.indexrelid = c.oid
  join pg_catalog.pg_class t on t.oid = coalesce(i.indrelid, c.oid)
  join pg_catalog.pg_namespace n on n.oid = t.relnamespace
 where c.oid = any (string_to_array($1::text, ',')::oid[])`;

/**
 * To be asked in the session that holds them. A session that has made thousands of tables holds thousands of locks:
 * only those that are new to the caller should be asked about.
 */
export async function nameLocks(client: Client, locks: readonly Lock[]): Promise<NamedLock[]> {
  const targets = [...new Set(locks.map(({ target }) => target))].filter((target) => /^\d+$/.test(target));
  if (targets.length === 0) return locks.map((lock) => ({ ...lock, named: undefined, isShown: false }));
  const { rows } = await client.query<Named & { target: string; isShown: boolean }>(query, [
    targets.join(","),
  ]);
  const names = new Map(rows.map(({ target, isShown, ...named }) => [target, { named, isShown }]));
  return locks.map((lock) => ({
    ...lock,
    named: names.get(lock.target)?.named,
    isShown: names.get(lock.target)?.isShown ?? false,
  }));
}
