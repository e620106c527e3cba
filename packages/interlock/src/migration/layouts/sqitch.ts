import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { naturalParts, whole, type Layout } from "./layout.ts";

/** `deploy/what.sql` in the order of `sqitch.plan`. psql runs it, so it says itself where a transaction begins. */
export const sqitch: Layout = {
  name: "Sqitch",
  owns: ({ text }) => /^--\s*Deploy\s+\S+:\S+\s+to\s+pg\b/im.test(text),
  ownsDirectory: (directory, namesIn) => namesIn(dirname(directory)).includes("sqitch.plan"),
  goesUp: (name) => name.endsWith(".sql"),
  version: naturalParts,
  readOrder: async (directory) => {
    const plan = await readFile(join(dirname(directory), "sqitch.plan"), "utf8").catch(() => undefined);
    return plan === undefined ? undefined : scriptsOf(plan);
  },
  upPart: whole("each-by-itself"),
  outsideTransaction: "Leave begin and commit out of its file.",
};

/**
 * The scripts of a plan. A change that comes again later was reworked: the earlier script is then kept under the
 * name of a tag between the two.
 */
export function scriptsOf(plan: string): string[] {
  const lines = plan
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("%"));
  return lines.flatMap((line, index) => {
    if (line.startsWith("@") || line.startsWith("-")) return [];
    const change = nameOf(line);
    const again = lines.findIndex(
      (other, at) => at > index && !other.startsWith("@") && nameOf(other) === change,
    );
    const tag = lines.slice(index, again).find((other) => other.startsWith("@"));
    const isReworked = again !== -1 && tag !== undefined;
    return [`${change}${isReworked ? nameOf(tag) : ""}.sql`];
  });
}

function nameOf(line: string): string {
  return line.replace(/^\+\s*/, "").split(/\s/)[0] ?? "";
}
