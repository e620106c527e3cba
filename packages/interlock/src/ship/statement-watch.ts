/** A statement that contract would break, as pg_stat_statements counts it. */
export interface CountedStatement {
  /** Role and number of the statement, as the server keeps them apart. */
  key: string;
  role: string;
  /** Without constants. */
  sql: string;
  /** Which statement of which old version it is: "payments@2.2.0#list"; null where no workload has it. */
  named: string | null;
  /** Of an unknown one: what it names that contract takes away, "payments.is_paid"; else the SQLSTATE it would get. */
  because: string;
  calls: number;
}

/** One reading of the counts. Moments are the server's, ISO 8601. */
export interface StatementLook {
  at: string;
  /** When the counts were reset last, and how often entries were dropped to make room; null where nothing says. */
  resetAt: string | null;
  dropped: number | null;
  statements: CountedStatement[];
}

/** What several readings together show. It is kept in the journal. */
export interface StatementWatch {
  /** The first and the last reading. */
  beganAt: string;
  lookedAt: string;
  resetAt: string | null;
  dropped: number | null;
  /** Whether the server dropped entries between two readings: a rare statement may not have been seen. */
  hasGaps: boolean;
  statements: (CountedStatement & {
    /** The reading at which it was first seen to have been called since the one before; null where it was not. */
    calledAt: string | null;
  })[];
}

/**
 * Takes another reading in. A count that is smaller than before, or of another reset, was begun anew: what it shows
 * was called since. One that is not there any more counts as 0.
 */
export function watchStatements(before: StatementWatch | undefined, look: StatementLook): StatementWatch {
  if (before === undefined) {
    const { at, ...rest } = look;
    const statements = look.statements.map((one) => ({ ...one, calledAt: null }));
    return { ...rest, beganAt: at, lookedAt: at, hasGaps: false, statements };
  }
  const wasReset = look.resetAt !== before.resetAt;
  const known = new Map(before.statements.map((one) => [one.key, one]));
  const seen = look.statements.map((one) => {
    const last = known.get(one.key);
    const from = last === undefined || wasReset || one.calls < last.calls ? 0 : last.calls;
    return { ...one, calledAt: one.calls > from ? look.at : (last?.calledAt ?? null) };
  });
  const present = new Set(look.statements.map(({ key }) => key));
  const missing = before.statements.filter(({ key }) => !present.has(key));
  return {
    beganAt: before.beganAt,
    lookedAt: look.at,
    resetAt: look.resetAt,
    dropped: look.dropped,
    hasGaps: before.hasGaps || (!wasReset && (look.dropped ?? 0) > (before.dropped ?? 0)),
    statements: [...seen, ...missing.map((one) => ({ ...one, calls: 0 }))],
  };
}

/** The statements that have run in the last `quietMs`, as far as the readings tell; since when each counts. */
export function stillRunning(
  watch: StatementWatch,
  quietMs: number,
): { statement: StatementWatch["statements"][number]; since: string }[] {
  const until = Date.parse(watch.lookedAt) - quietMs;
  return watch.statements
    .map((statement) => ({ statement, since: statement.calledAt ?? watch.beganAt }))
    .filter(({ since }) => Date.parse(since) > until);
}
