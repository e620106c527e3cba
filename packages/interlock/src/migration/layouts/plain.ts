import { naturalParts, whole, type Layout } from "./layout.ts";

/** SQL files that are run in the natural order of their names. */
export const plain: Layout = {
  name: "plain",
  owns: () => true,
  goesUp: (name) => name.endsWith(".sql"),
  version: naturalParts,
  upPart: whole("as-needed"),
  outsideTransaction: "Put it into a file of its own, without begin and commit.",
};
