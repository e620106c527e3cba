import { dbmateHistory } from "../history/dbmate.ts";
import { between, naturalParts, type Layout } from "./layout.ts";

/** `-- migrate:up` and `-- migrate:down` in one file. Outside a transaction the part is still one query. */
export const dbmate: Layout = {
  name: "dbmate",
  owns: ({ text }) => /^--\s*migrate:up\b/im.test(text),
  goesUp: (name) => name.endsWith(".sql"),
  version: naturalParts,
  upPart: (text) => ({
    text: between(text, { from: /^--\s*migrate:up\b/i, to: /^--\s*migrate:down\b/i }),
    delivery: /^--\s*migrate:up\b.*\btransaction:false\b/im.test(text) ? "one-query" : "transaction",
  }),
  history: dbmateHistory,
  outsideTransaction:
    "Put it alone into a file that begins with: -- migrate:up transaction:false (dbmate sends the part as one query).",
};
