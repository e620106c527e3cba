// The layers of packages/interlock/src, low to high: a folder imports only from itself and from
// folders above it in this list. The linter's rules are generated from it (oxlint.config.ts).

export const layers: readonly { folder: string; holds: string }[] = [
  { folder: "std", holds: "what Node lacks, without a domain word: clock, backoff, failure" },
  { folder: "api", holds: "what goes over the wire: schemas and types; runs in a browser too" },
  { folder: "sql", holds: "parse, print, quote and classify statements" },
  { folder: "database", holds: "sessions, timeouts, connection failures" },
  { folder: "catalog", holds: "what a schema is: read it, compare two" },
  { folder: "shadow", holds: "throwaway PostgreSQL: start, clone, drop" },
  { folder: "migration", holds: "migration files: find, order, split, run" },
  { folder: "workload", holds: "the statements an app version sends: read, record, normalise" },
  { folder: "rehearsal", holds: "run a change on a shadow under workloads; findings" },
  { folder: "plan", holds: "a change as phases and steps; one operation per file" },
  { folder: "ship", holds: "carry a plan out: executor, journal, backfill, rollback" },
  { folder: "guard", holds: "event triggers in a target database: refuse structural changes, tell of them" },
  { folder: "control", holds: "the control database: its schema, transactions, audit log, events, leader" },
  { folder: "access", holds: "who may do what: tokens, roles, scopes, secrets at rest" },
  { folder: "watch", holds: "prepare live versions' statements against a target's real catalog; alarms" },
  { folder: "environment", holds: "environments, their databases, releases, live versions" },
  { folder: "evidence", holds: "stored workloads and changes, and what rehearsing them showed" },
  { folder: "gate", holds: "who may deploy what now: rules, decisions, backtests" },
  { folder: "shipment", holds: "ship a change through the databases of an environment, durably" },
  { folder: "server", holds: "the HTTP adapter, one file per resource" },
  { folder: "cli", holds: "one file per command" },
];
