/** A lock that a session holds or wants. */
export interface Lock {
  /** The relation's OID; for an advisory lock its three numbers. */
  target: string;
  mode: string;
}

/**
 * The locks of the session that asks, in one row of one column, as `parseLocks` reads it. Relations of PostgreSQL
 * itself are left out: who has rights of his own only can't lock them against others.
 */
export const ownLocks = `
select coalesce(string_agg(
  case l.locktype when 'relation' then l.relation::text
    else concat_ws('/', 'advisory', l.classid, l.objid, l.objsubid) end || ' ' || l.mode, ','), '') as locks
from pg_catalog.pg_lock_status() l
where l.pid = pg_catalog.pg_backend_pid() and l.granted
  and (l.locktype = 'relation' and l.relation >= 16384 or l.locktype = 'advisory')`;

export function parseLocks(text: string): Lock[] {
  return text.split(",").flatMap((one) => {
    const [target = "", mode] = one.split(" ");
    return mode === undefined ? [] : [{ target, mode }];
  });
}
