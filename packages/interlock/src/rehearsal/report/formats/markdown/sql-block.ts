import { clip, printableLines } from "../../printable.ts";

const mostLines = 12;
const longestLine = 200;

/** SQL in a fence that is longer than any run of backticks in it. */
export function sqlBlock(sql: string): string {
  const lines = printableLines(sql.trim()).split("\n");
  const shown = lines.slice(0, mostLines).map((line) => clip(line, longestLine));
  const text = [...shown, ...(lines.length > shown.length ? ["…"] : [])].join("\n");
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}sql\n${text}\n${fence}`;
}
