import { whole, type Layout, type UpPart } from "./layout.ts";

const noTransaction = /^--\s*atlas:txmode\s+none\b/m;

/** `20240102000000_what.sql` in the order of their letters, beside `atlas.sum`. */
export const atlas: Layout = {
  name: "Atlas",
  owns: ({ text }) => /^--\s*atlas:(txmode|checkpoint|delimiter|nolint)\b/m.test(text),
  ownsDirectory: (directory, namesIn) => namesIn(directory).includes("atlas.sum"),
  isMarkOptional: true,
  goesUp: (name) => name.endsWith(".sql"),
  version: (name) => [name],
  replacesEarlier: ({ text }) => /^--\s*atlas:checkpoint\b/m.test(text),
  upPart: (text): UpPart => whole(noTransaction.test(text) ? "each-by-itself" : "transaction")(text),
  outsideTransaction: "Begin the file with: -- atlas:txmode none",
};
