import { between, naturalParts, type Layout } from "./layout.ts";

/** `-- migrate:up` and `-- migrate:down` in one file. */
export const dbmate: Layout = {
  name: "dbmate",
  owns: ({ text }) => /^--\s*migrate:up\b/im.test(text),
  goesUp: (name) => name.endsWith(".sql"),
  version: naturalParts,
  upPart: (text) => ({
    text: between(text, { from: /^--\s*migrate:up\b/i, to: /^--\s*migrate:down\b/i }),
    withoutTransaction: /^--\s*migrate:up\b.*\btransaction:false\b/im.test(text),
  }),
};
