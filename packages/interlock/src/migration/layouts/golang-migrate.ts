import { golangMigrateHistory } from "../history/golang-migrate.ts";
import { sqlxHistory } from "../history/sqlx.ts";
import { naturalParts, whole, type Layout } from "./layout.ts";

/** `000001_create.up.sql` beside `000001_create.down.sql`. A file is one query, unless its URL says otherwise. */
export const golangMigrate: Layout = {
  name: "golang-migrate",
  owns: ({ name }) => /\.(up|down)\.sql$/.test(name),
  goesUp: (name) => name.endsWith(".up.sql"),
  version: naturalParts,
  upPart: whole("one-query"),
  history: golangMigrateHistory,
  lookalikes: { sqlx: sqlxHistory },
  outsideTransaction:
    "golang-migrate sends a file as one query: put it into a file of its own. With x-multi-statement=true, say so in the file: -- interlock: no transaction",
};
