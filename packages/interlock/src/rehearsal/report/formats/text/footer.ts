import type { CheckReport } from "../../check-report.ts";
import { nextSteps } from "../../next-step.ts";
import { printable } from "../../printable.ts";
import type { TextContext } from "./text-context.ts";
import { wrap } from "./wrap.ts";

/** What it was rehearsed on, how far it was exercised, what to do now, and where to read on. */
export function footer(context: TextContext, shownCodes: readonly string[]): string[] {
  const { report, paint, width } = context;
  const room = width === undefined ? undefined : width - 4;
  const rehearsed = wrap(rehearsedOn(report).map(printable).join(" · "), room).map(
    (line, index) => `${index === 0 ? "  " : "    "}${paint("dim", line)}`,
  );
  const explain =
    shownCodes.length === 0
      ? []
      : wrap(`about: npx interlock explain ${shownCodes.join(" ")}`, room).map(
          (line, index) => `${index === 0 ? "  " : "    "}${paint("dim", line)}`,
        );
  return [...rehearsed, ...explain, ...queueLines(context), ...nextLines(context)];
}

/** Most tables that are named here. */
const mostTables = 3;

/** Waits for a moment are notes, but what keeps them to a moment is always said. */
function queueLines({ report, width }: TextContext): string[] {
  const brief = report.findings.filter(
    ({ code, severity, hint }) => code === "blocks-traffic" && severity === "note" && hint !== undefined,
  );
  const tables = [...new Set(brief.map(({ table }) => table ?? ""))];
  if (tables.length === 0) return [];
  const shown = tables.length > mostTables ? `${String(tables.length)} tables` : tables.join(", ");
  const text = `locks ${printable(shown)} for a moment: set lock_timeout, so that traffic does not queue behind it`;
  return wrap(text, width === undefined ? undefined : width - 4).map(
    (line, index) => `${index === 0 ? "  " : "    "}${line}`,
  );
}

/** "rehearsed on PostgreSQL 18.4 in 1.3 s", then a part for every workload. */
export function rehearsedOn(report: CheckReport): string[] {
  const seconds = (report.durationMs / 1_000).toFixed(1);
  const { baseline } = report;
  return [
    `rehearsed on PostgreSQL ${report.shadow.version} in ${seconds} s`,
    ...(baseline === undefined || baseline.source === "migrations" ? [] : [`baseline: ${baseline.how}`]),
    ...report.workloads.map(
      ({ app, version, exercised, statements, brokenAtBaseline }) =>
        `${app}@${version}: ${String(exercised)} of ${String(statements)} exercised${brokenAtBaseline > 0 ? `, ${String(brokenAtBaseline)} broken before` : ""}`,
    ),
  ];
}

function nextLines({ report, paint, width, given }: TextContext): string[] {
  const room = width === undefined ? undefined : width - 8;
  const steps = nextSteps(report, given);
  const [planned] = steps[0]?.commands ?? [];
  if (planned?.startsWith("npx interlock plan ") === true)
    return [`  next: ${paint("bold", printable(planned))}`];
  return steps.flatMap(({ say, commands }) => [
    ...wrap(`next: ${printable(say)}`, room).map(
      (line, index) => `${index === 0 ? "  " : "        "}${line}`,
    ),
    // A command stays in one line, so that it can be copied.
    ...commands.map((command) => `        ${paint("bold", printable(command))}`),
  ]);
}
