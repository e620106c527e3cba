/** What PostgreSQL calls the modes of a lock on a relation, the weakest first. */
export type LockMode =
  | "AccessShareLock"
  | "RowShareLock"
  | "RowExclusiveLock"
  | "ShareUpdateExclusiveLock"
  | "ShareLock"
  | "ShareRowExclusiveLock"
  | "ExclusiveLock"
  | "AccessExclusiveLock";

/** A lock that a session holds or wants. */
export interface Lock {
  /** The relation's OID; for an advisory lock its three numbers. */
  target: string;
  mode: string;
}

const modes: readonly LockMode[] = [
  "AccessShareLock",
  "RowShareLock",
  "RowExclusiveLock",
  "ShareUpdateExclusiveLock",
  "ShareLock",
  "ShareRowExclusiveLock",
  "ExclusiveLock",
  "AccessExclusiveLock",
];

/**
 * Table "Conflicting Lock Modes" of PostgreSQL's manual, section 13.3.1: a digit for each mode that the one of the
 * row waits for, by its place in `modes`. The table is symmetrical.
 */
const conflicts: Readonly<Record<LockMode, string>> = {
  AccessShareLock: "7",
  RowShareLock: "67",
  RowExclusiveLock: "4567",
  ShareUpdateExclusiveLock: "34567",
  ShareLock: "23567",
  ShareRowExclusiveLock: "234567",
  ExclusiveLock: "1234567",
  AccessExclusiveLock: "01234567",
};

function isLockMode(mode: string): mode is LockMode {
  return mode in conflicts;
}

/** Whether who wants one of these has to wait for who holds the other. */
export function conflict(wanted: string, held: string): boolean {
  if (!isLockMode(wanted) || !isLockMode(held)) return false;
  return conflicts[wanted].includes(String(modes.indexOf(held)));
}

/** How strong a mode is, for choosing which one to speak of. */
export function strength(mode: string): number {
  return isLockMode(mode) ? modes.indexOf(mode) : -1;
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
