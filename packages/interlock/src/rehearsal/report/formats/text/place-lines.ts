import type { GroupedFindings, Place } from "../../group-findings.ts";
import { printable } from "../../printable.ts";
import { groupLines } from "./group-lines.ts";
import { isShown, type TextContext } from "./text-context.ts";
import { clipToColumns } from "./wrap.ts";

/** How much of a statement of the migration is shown where nothing says how wide the terminal is. */
const widestSql = 100;
/** "  19 │ " */
const gutterWidth = 7;

/** What shows after the change, file by file, each line under its SQL. One block a file. */
export function migrationBlocks(context: TextContext, { places }: GroupedFindings): string[][] {
  const byFile = Map.groupBy(places, ({ file }) => file);
  return [...byFile].flatMap(([file, list]) => {
    const lines = list.flatMap((place) => placeLines(place, context));
    return lines.length === 0 ? [] : [[`  ${context.paint("bold", printable(file))}`, ...lines]];
  });
}

function placeLines({ line, sql, groups }: Place, context: TextContext): string[] {
  const { paint, width } = context;
  const shown = groups.filter((group) => isShown(group, context));
  if (shown.length === 0) return [];
  const number = line === undefined ? "" : String(line);
  const room = width === undefined ? undefined : width - gutterWidth;
  const source = clipToColumns(printable(sql ?? ""), room ?? widestSql);
  const gutter = paint("dim", `${" ".repeat(gutterWidth - 2)}│ `);
  return [
    ...(source === "" ? [] : [`${paint("dim", `${number.padStart(gutterWidth - 3)} │ `)}${source}`]),
    ...shown.flatMap((group) => groupLines(group, context, room).map((text) => `${gutter}${text}`)),
  ];
}
