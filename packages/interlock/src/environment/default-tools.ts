/** Sessions that are no app, in a new environment: a name, or the beginning of one before a `*`. */
export const defaultTools: readonly string[] = [
  "psql",
  "pg_dump",
  "pg_restore",
  "pgAdmin*",
  "DBeaver*",
  "DataGrip*",
  "pgbench",
  "pg_basebackup",
  "walreceiver",
  "interlock",
  "interlock *",
  "interlock-server@*",
];
