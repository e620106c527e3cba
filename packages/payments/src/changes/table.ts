import { readFile, writeFile } from "node:fs/promises";

/** The measured columns of a row: what running it shows, and what Interlock says. */
export interface Row {
  found: string;
  order: string;
  verdict: string;
  planned: string;
}

const readme = new URL("../../changes/README.md", import.meta.url);
const rowPattern = /^\| (\d\d-[a-z0-9-]+) /;

/** What the table in changes/README.md says of each change, by its name. */
export async function readTable(): Promise<Map<string, Row>> {
  const table = new Map<string, Row>();
  for (const line of (await readFile(readme, "utf8")).split("\n")) {
    const name = rowPattern.exec(line)?.[1];
    if (name === undefined) continue;
    const [found = "", order = "", verdict = "", planned = ""] = cellsOf(line).slice(3);
    table.set(name, { found, order, verdict, planned });
  }
  return table;
}

/** Writes what was measured of one change into its row. */
export async function writeRow(name: string, { found, order, verdict, planned }: Row): Promise<void> {
  const lines = (await readFile(readme, "utf8")).split("\n");
  const place = lines.findIndex((line) => rowPattern.exec(line)?.[1] === name);
  const line = lines[place];
  if (line === undefined) throw new Error(`changes/README.md has no row for ${name}`);
  const told = cellsOf(line).slice(0, 3);
  lines[place] = `| ${[...told, found, order, verdict, planned].join(" | ")} |`;
  await writeFile(readme, lines.join("\n"));
}

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
