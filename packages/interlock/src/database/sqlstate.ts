import { messageOf } from "../std/failure.ts";

/** The SQLSTATE of an error that PostgreSQL answered with; undefined for anything else, such as a lost connection. */
export function sqlstateOf(error: unknown): string | undefined {
  const code = property(error, "code");
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && property(error, "severity") !== undefined
    ? code
    : undefined;
}

/** The code that Node gives a failed system call: `ECONNREFUSED`. */
export function systemCodeOf(error: unknown): string | undefined {
  const code = property(error, "code");
  return code !== undefined && /^E[A-Z0-9_]+$/.test(code) && sqlstateOf(error) === undefined
    ? code
    : undefined;
}

/** The text that PostgreSQL adds on where in nested code an error arose, or the detail of what it concerns. */
export function detailOf(error: unknown): string | undefined {
  return property(error, "detail");
}

/**
 * Whether the session is gone, so that what it last asked for may or may not have happened: an administrator
 * ended it (57P01), the server crashed or shuts down (57P02, 57P03), it stood idle for too long (57P05, 25P03, 25P04),
 * or the connection broke (class 08, Node's codes).
 */
export function sessionIsGone(error: unknown): boolean {
  const sqlstate = sqlstateOf(error);
  if (sqlstate !== undefined) return /^57P|^08|^25P0[34]$/.test(sqlstate);
  if (systemCodeOf(error) !== undefined) return true;
  return (
    error instanceof Error && /^Connection terminated|not queryable|^Client was closed/.test(error.message)
  );
}

/** Whether another try may well succeed: a lock not had in time (55P03), a deadlock (40P01), a serialization failure (40001). */
export function anotherTryMayWork(error: unknown): boolean {
  return ["55P03", "40P01", "40001"].includes(sqlstateOf(error) ?? "");
}

/**
 * Whether `statement_timeout` ended the statement, and not somebody's cancel request: PostgreSQL gives both the same
 * SQLSTATE, and words that depend on its language. No limit (undefined) was never reached.
 */
export function wasTimedOut(
  error: unknown,
  { elapsedMs, limitMs }: { elapsedMs: number; limitMs: number | undefined },
): boolean {
  if (!wasCancelled(error)) return false;
  if (/statement timeout/.test(messageOf(error))) return true;
  return !/user request/.test(messageOf(error)) && limitMs !== undefined && elapsedMs >= limitMs * 0.95;
}

/** Whether `statement_timeout` or a cancel request ended the statement. */
export function wasCancelled(error: unknown): boolean {
  return sqlstateOf(error) === "57014";
}

function property(thrown: unknown, name: string): string | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const value: unknown = Reflect.get(thrown, name);
  return typeof value === "string" ? value : undefined;
}
