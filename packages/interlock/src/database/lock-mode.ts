/** The modes of a lock on a relation, weakest first, as `pg_locks` names them. */
export const lockModes = [
  "AccessShareLock",
  "RowShareLock",
  "RowExclusiveLock",
  "ShareUpdateExclusiveLock",
  "ShareLock",
  "ShareRowExclusiveLock",
  "ExclusiveLock",
  "AccessExclusiveLock",
] as const;

export type LockMode = (typeof lockModes)[number];

/**
 * Table "Conflicting Lock Modes" of PostgreSQL's manual, section 13.3.1: a digit for each mode that the one of the
 * row waits for, by its place in `lockModes`. The table is symmetrical.
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

/** Whether who wants one of these has to wait for who holds the other. What is no mode of a relation's lock stops nobody. */
export function conflict(wanted: string, held: string): boolean {
  if (!isLockMode(wanted) || !isLockMode(held)) return false;
  return conflicts[wanted].includes(String(lockModes.indexOf(held)));
}

/** How strong a mode is, for choosing which one to speak of. */
export function strength(mode: string): number {
  return isLockMode(mode) ? lockModes.indexOf(mode) : -1;
}

/** The modes that somebody else may not hold while this one is held. */
export function conflictingModes(mode: LockMode): readonly LockMode[] {
  return lockModes.filter((other) => conflict(mode, other));
}

/** Whether a live statement that reads or writes a table waits while somebody holds this mode on it. */
export function keepsTrafficOut(mode: LockMode): boolean {
  return conflict("RowExclusiveLock", mode);
}

/** As `lock table` writes it: `AccessExclusiveLock` → `access exclusive`. */
export function lockTableMode(mode: LockMode): string {
  return mode
    .replace(/Lock$/, "")
    .replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`)
    .toLowerCase();
}
