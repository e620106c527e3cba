import { sqlMigrateHistory } from "../history/sql-migrate.ts";
import { between, naturalParts, type Layout } from "./layout.ts";

/** `-- +migrate Up` and `-- +migrate Down` in one file. */
export const sqlMigrate: Layout = {
  name: "sql-migrate",
  owns: ({ text }) => /^--\s*\+migrate\s+up\b/im.test(text),
  goesUp: (name) => name.endsWith(".sql"),
  version: naturalParts,
  upPart: (text) => ({
    text: between(text, { from: /^--\s*\+migrate\s+up\b/i, to: /^--\s*\+migrate\s+down\b/i }),
    delivery: /^--\s*\+migrate\s+up\b.*\bnotransaction\b/im.test(text) ? "each-by-itself" : "transaction",
  }),
  history: sqlMigrateHistory,
  outsideTransaction: "Write: -- +migrate Up notransaction",
};
