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

/** Writes what was measured of one change into its row, and the table as the formatter wants it. */
export async function writeRow(name: string, { found, order, verdict, planned }: Row): Promise<void> {
  const lines = (await readFile(readme, "utf8")).split("\n");
  const first = lines.findIndex((line) => line.startsWith("| change "));
  const rows = lines.slice(first, lines.indexOf("", first)).map(cellsOf);
  const row = rows.find(([change]) => change === name);
  if (first === -1 || row === undefined) throw new Error(`changes/README.md has no row for ${name}`);
  row.splice(3, 4, found, order, verdict, planned);
  // The second row is the rule, which is as long as it has to be.
  const widths = row.map((_, column) =>
    Math.max(...rows.map((cells, place) => (place === 1 ? 3 : (cells[column]?.length ?? 0)))),
  );
  const table = rows.map((cells, place) => {
    const padded = cells.map((cell, column) =>
      place === 1 ? "-".repeat(widths[column] ?? 3) : cell.padEnd(widths[column] ?? 3),
    );
    return `| ${padded.join(" | ")} |`;
  });
  lines.splice(first, table.length, ...table);
  await writeFile(readme, lines.join("\n"));
}

function cellsOf(line: string): string[] {
  return line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}
