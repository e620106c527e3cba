import { Failure } from "../std/failure.ts";

/**
 * Refuses what is no PostgreSQL URL before anything reads it: pg takes any other text for the name of a
 * database on this machine, and would print it, password and all. Throws `Failure` "database-url-not-valid".
 */
export function checkDatabaseUrl(url: string | undefined, state: string): void {
  if (url === undefined || /^postgres(ql)?:\/\//i.test(url)) return;
  throw new Failure({
    code: "database-url-not-valid",
    message: "The database URL can't be read.",
    why: "It does not begin with postgresql:// or postgres://.",
    state,
    next: "A URL looks like postgresql://user:password@host:5432/database; special characters in it are percent-encoded.",
  });
}
