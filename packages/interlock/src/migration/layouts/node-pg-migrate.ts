import { nodePgMigrateHistory } from "../history/node-pg-migrate.ts";
import { between, naturalParts, type Layout } from "./layout.ts";

const up = /^\s*--[\s-]*up\s+migration/i;
const down = /^\s*--[\s-]*down\s+migration/i;

/** `-- Up Migration` and `-- Down Migration` in one file. */
export const nodePgMigrate: Layout = {
  name: "node-pg-migrate",
  owns: ({ text }) => text.split("\n").some((line) => up.test(line)),
  goesUp: (name) => name.endsWith(".sql"),
  version: naturalParts,
  upPart: (text) => ({ text: between(text, { from: up, to: down }), delivery: "transaction" }),
  sharesTransaction: true,
  history: nodePgMigrateHistory,
  outsideTransaction:
    "node-pg-migrate runs an SQL file in a transaction: write this one in JavaScript with pgm.noTransaction(), and give Interlock its SQL in a file of its own.",
};
