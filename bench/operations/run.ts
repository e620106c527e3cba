import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { subjects } from "../../packages/interlock/src/plan/cases/all.ts";
import { operationsTable } from "../../packages/interlock/src/plan/cases/operations-table.ts";
import { runCase } from "../../packages/interlock/src/plan/cases/run-case.ts";
import { openShadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { describeMachine } from "../machine.ts";

// `npm run bench -- operations`: every case of the operations table, planned and proved, or refused with the reason;
// and how many of the kinds that the table's rows are made of have a proved plan.

interface Measured {
  what: string;
  kind: string;
  result: string;
  ms: number;
}

/** Plans every case, prints how the rows of the table fare, and writes it to bench/results/. */
export async function run(): Promise<void> {
  const shadow = await openShadow();
  const cases: Measured[] = [];
  try {
    for (const subject of subjects) {
      for (const one of subject.cases) {
        const started = performance.now();
        const { refused } = await runCase(shadow, subject, one);
        const ms = Math.round(performance.now() - started);
        cases.push({ what: one.what, kind: one.kind, result: refused?.code ?? "planned", ms });
      }
    }
  } finally {
    await shadow.close();
  }
  const rows = Object.entries(operationsTable).map(([row, kinds]) => ({
    row,
    kinds: kinds.map((kind) => {
      const own = cases.filter((one) => one.kind === kind);
      const planned = own.filter(({ result }) => result === "planned").length;
      return { kind, cases: own.length, planned };
    }),
  }));
  for (const { row, kinds } of rows) {
    process.stdout.write(`${row}\n`);
    for (const { kind, cases: all, planned } of kinds)
      process.stdout.write(`  ${kind.padEnd(36)} ${String(planned)} of ${String(all)} cases planned\n`);
  }
  const kinds = rows.flatMap((row) => row.kinds);
  const summary = {
    rows: rows.length,
    rowsPlanned: rows.filter((row) => row.kinds.every(({ planned }) => planned > 0)).length,
    kinds: kinds.length,
    kindsPlanned: kinds.filter(({ planned }) => planned > 0).length,
    cases: cases.length,
    casesPlanned: cases.filter(({ result }) => result === "planned").length,
    msPerCase: Math.round(cases.reduce((sum, { ms }) => sum + ms, 0) / cases.length),
  };
  process.stdout.write(
    `${String(summary.kindsPlanned)} of ${String(summary.kinds)} kinds of the operations table planned, in ${String(summary.rowsPlanned)} of ${String(summary.rows)} rows all of them; ${String(summary.casesPlanned)} of ${String(summary.cases)} cases, the others refused with the reason; ${String(summary.msPerCase)} ms a case\n`,
  );
  const date = new Date().toISOString().slice(0, 10);
  const file = join(import.meta.dirname, "../results/operations.json");
  await writeFile(
    file,
    `${JSON.stringify({ date, machine: describeMachine(), summary, rows, cases }, null, 2)}\n`,
  );
}
