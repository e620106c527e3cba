import { dirname } from "node:path";
import { sqlxHistory } from "../history/sqlx.ts";
import { naturalParts, whole, type Layout, type UpPart } from "./layout.ts";

const isFirstLine = (text: string): boolean => text.startsWith("-- no-transaction");

/** `20240102000000_what.sql`, or `.up.sql` beside `.down.sql`, in a crate. The whole file is one query. */
export const sqlx: Layout = {
  name: "sqlx",
  owns: ({ text }) => isFirstLine(text),
  ownsDirectory: (directory, namesIn) => {
    if (!namesIn(directory).some((name) => /^\d+_.*\.sql$/.test(name))) return false;
    const beside = namesIn(dirname(directory));
    return beside.includes("Cargo.toml") || beside.includes(".sqlx");
  },
  isMarkOptional: true,
  goesUp: (name) => name.endsWith(".sql") && !name.endsWith(".down.sql"),
  version: naturalParts,
  upPart: (text): UpPart => whole(isFirstLine(text) ? "one-query" : "transaction")(text),
  history: sqlxHistory,
  outsideTransaction: "Put it alone into a file whose first line is: -- no-transaction",
};
