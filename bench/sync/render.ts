import type { Machine } from "../machine.ts";

export interface Figure {
  change: string;
  arm: string;
  /** Processor time of the server process for one row, and how many times that of the table alone. */
  kinds: { kind: string; microseconds: number; ratio: number }[];
}

interface Report {
  at: string;
  machine: Machine;
  postgres: string;
  rounds: number;
  pgroll: string | null;
  figures: readonly Figure[];
}

const titles: Readonly<Record<string, string>> = {
  insert: "insert of one row",
  update: "update of one row",
  insertMany: "insert of 1,000 rows",
  updateMany: "update of 1,000 rows",
};

/** The report as a page. */
export function render({ at, machine, postgres, pgroll, rounds, figures }: Report): string {
  const names = figures[0]?.kinds.map(({ kind }) => titles[kind] ?? kind) ?? [];
  const lines = figures.map(({ change, arm, kinds }) => {
    const cells = kinds.map(
      ({ microseconds, ratio }) =>
        `${microseconds.toFixed(1)} µs${arm === "alone" ? "" : ` (${ratio.toFixed(2)} ×)`}`,
    );
    return `| ${[change, arm, ...cells].join(" | ")} |`;
  });
  return `# What a write costs while two shapes are kept equal

\`npm run bench -- sync\`, ${at.slice(0, 10)}, PostgreSQL ${postgres}${pgroll === null ? "" : `, pgroll ${pgroll}`}, ${machine.processor}, ${String(machine.cores)} cores. Processor time of the server process for one row, the median of ${String(rounds - 1)} rounds, every arm in turn; in parentheses against the same statement on the table alone. Commits do not wait for the disk, which would hide the difference.

| change | | ${names.join(" | ")} |
| --- | --- | ${names.map(() => "---:").join(" | ")} |
${lines.join("\n")}
`;
}
