/** HTTP statuses of the failures that a request can meet, by code; what is not here is 500. */
const statuses: Readonly<Record<string, number>> = {
  "input-not-valid": 400,
  "scope-not-valid": 400,
  "schedule-not-valid": 400,
  "sql-does-not-parse": 400,
  "database-url-not-valid": 400,
  "github-callback-refused": 400,
  "facts-not-coherent": 400,
  "phrase-not-known": 400,
  "phrase-value-missing": 400,
  unauthenticated: 401,
  forbidden: 403,
  "own-change": 403,
  "own-rule": 403,
  "not-found": 404,
  conflict: 409,
  "already-revoked": 409,
  "last-admin": 409,
  "already-exists": 409,
  "already-running": 409,
  "already-ended": 409,
  "in-use": 409,
  "blocked-by-gate": 409,
  "unknown-to-gate": 409,
  "language-missing": 409,
  "language-stale": 409,
  "cannot-plan": 409,
  "past-the-point-of-no-return": 409,
  "too-large": 413,
  // What a target database, or what is known of it, does not allow.
  "database-not-reachable": 422,
  "login-refused": 422,
  "no-such-database": 422,
  "permission-denied": 422,
  "too-many-connections": 422,
  "database-not-ready": 422,
  "variable-missing": 422,
  "too-many-requests": 429,
  "control-not-reachable": 503,
  "control-too-slow": 503,
  "server-stopping": 503,
  "too-many-readers": 503,
};

/** The HTTP status for a failure's code. */
export function statusOfFailure(code: string): number {
  return statuses[code] ?? 500;
}
