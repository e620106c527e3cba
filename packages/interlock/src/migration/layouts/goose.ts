import { gooseHistory } from "../history/goose.ts";
import { between, naturalParts, type Layout } from "./layout.ts";

/** `-- +goose Up` and `-- +goose Down` in one file. */
export const goose: Layout = {
  name: "goose",
  owns: ({ text }) => /^--\s*\+goose\s+up\b/im.test(text),
  goesUp: (name) => name.endsWith(".sql"),
  version: naturalParts,
  upPart: (text) => ({
    text: between(text, { from: /^--\s*\+goose\s+up\b/i, to: /^--\s*\+goose\s+down\b/i }),
    delivery: /^--\s*\+goose\s+no\s+transaction\b/im.test(text) ? "each-by-itself" : "transaction",
  }),
  history: gooseHistory,
  outsideTransaction: "Begin the file with: -- +goose NO TRANSACTION",
};
