import { styleText } from "node:util";
import { migrationName } from "../../migration/split-history.ts";
import { appVersion } from "../../workload/workload.ts";
import type { Verdict } from "../report/judgement.ts";
import type { BrokenStatement, HistoryReport, StepResult } from "./history-report.ts";
import type { HistoryStep } from "./history-step.ts";
import { firstFew } from "../../std/first-few.ts";

interface HistoryTable {
  /** The lines of one step, with line breaks. */
  rows(result: StepResult): string;
  summary(report: HistoryReport): string;
}

const orderWidth = "schema-first".length;
const verdictWidth = "? unknown".length;
const shownNames = 3;
const widestName = 60;
const widestReason = 90;

/**
 * A table of a history that can be printed step by step: migration, order, verdict, what breaks, time. A step of
 * several migrations has a line of its own above theirs.
 */
export function historyTable(
  steps: readonly HistoryStep[],
  { colour, verbose }: { colour: boolean; verbose: boolean },
): HistoryTable {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
  const names = steps.flatMap((step) => [
    ...step.change.map(({ path }) => migrationName(path).length + (step.change.length > 1 ? 2 : 0)),
    ...(step.change.length > 1 ? [versions(step.old.map(appVersion), step.new.map(appVersion)).length] : []),
  ]);
  const layout = { paint, verbose, width: Math.min(widestName, Math.max(9, ...names)) };
  return {
    rows: (result) => `${rows(result, layout).join("\n")}\n`,
    summary: (report) => `\n${summary(report, paint).join("\n")}\n`,
  };
}

type Paint = (style: "red" | "green" | "yellow" | "dim" | "bold", text: string) => string;

interface Layout {
  paint: Paint;
  verbose: boolean;
  width: number;
}

function rows(result: StepResult, layout: Layout): string[] {
  const { files } = result;
  const [first] = files;
  const why = whyOf(result, layout);
  if (files.length === 1 && first !== undefined) {
    const broken = brokenText(first.broken, layout);
    return [
      line(migrationName(first.path), { result, note: broken === "" ? why : broken, layout }),
      ...details(first.broken, layout),
    ];
  }
  const title = versions(result.old, result.new);
  const note = why === "" ? `${String(files.length)} migrations` : why;
  return [
    line(title, { result, note, layout }),
    ...files.flatMap(({ path, broken }) => {
      const text = brokenText(broken, layout);
      const name = clip(`  ${migrationName(path)}`, layout.width);
      const gap =
        text === "" ? "" : `${" ".repeat(layout.width - name.length + orderWidth + verdictWidth + 6)}${text}`;
      return [`${layout.paint("dim", name)}${gap}`, ...details(broken, layout)];
    }),
  ];
}

/** What makes a step unsafe or unknown besides statements that break. */
function whyOf({ verdict, reasons, files, findings }: StepResult, { verbose }: Layout): string {
  if (verdict === "unknown") return verbose ? reasons.join("; ") : clip(reasons[0] ?? "", widestReason);
  if (verdict === "safe" || files.some(({ broken }) => broken.length > 0)) return "";
  const errors = findings.filter(({ severity }) => severity === "error");
  const codes = [...Map.groupBy(errors, ({ code }) => code)];
  return codes.map(([code, list]) => `${String(list.length)} ${code}`).join(", ");
}

const marks: Readonly<Record<Verdict, { text: string; style: "green" | "red" | "yellow" }>> = {
  safe: { text: "✓ safe", style: "green" },
  unsafe: { text: "✗ unsafe", style: "red" },
  unknown: { text: "? unknown", style: "yellow" },
};

function line(
  name: string,
  { result, note, layout }: { result: StepResult; note: string; layout: Layout },
): string {
  const { paint, width } = layout;
  const { text, style } = marks[result.verdict];
  const seconds = result.durationMs === 0 ? "" : `${(result.durationMs / 1_000).toFixed(1)} s`;
  const time = result.kept ? "kept" : seconds;
  return [
    clip(name, width).padEnd(width),
    (result.order ?? "").padEnd(orderWidth),
    paint(style, text.padEnd(verdictWidth)),
    `${paint("dim", time.padStart(6))}${note === "" ? "" : `  ${note}`}`,
  ].join("  ");
}

function brokenText(broken: readonly BrokenStatement[], { paint, verbose }: Layout): string {
  if (broken.length === 0) return "";
  const names = broken.map(({ statement }) => statement);
  const shown = verbose ? "" : `: ${firstFew(names, shownNames)}`;
  return paint("red", `${String(broken.length)} ${broken.length === 1 ? "breaks" : "break"}${shown}`);
}

function details(broken: readonly BrokenStatement[], { paint, verbose }: Layout): string[] {
  if (!verbose) return [];
  return broken.map(({ app, statement, code, sqlstate = "", line: at }) =>
    paint(
      "dim",
      `    ${at === undefined ? "" : `line ${String(at)}  `}${app}  ${statement}  ${code}  ${sqlstate}`.trimEnd(),
    ),
  );
}

function versions(old: readonly string[], coming: readonly string[]): string {
  return `${old.join(", ")} → ${coming.join(", ")}`;
}

function summary({ summary: sum, unplaced, shadow, durationMs }: HistoryReport, paint: Paint): string[] {
  const { safe, unsafe, unknown } = sum.verdicts;
  const orders = Object.entries(sum.orders)
    .filter(([, count]) => count > 0)
    .map(([order, count]) => `${order === "unknown" ? "order unknown" : order} ${String(count)}`);
  const steps = `${String(sum.steps)} ${sum.steps === 1 ? "step" : "steps"} of ${String(sum.files)} migrations`;
  return [
    `${paint("bold", steps)}: ${String(safe)} safe, ${String(unsafe)} unsafe, ${String(unknown)} unknown · ${orders.join(", ")} · ${String(sum.broken)} statements broken`,
    ...(unplaced.length === 0
      ? []
      : [`${unplaced.join(", ")}: of little that it sends anything prepares in this history; left out`]),
    paint("dim", `rehearsed on PostgreSQL ${shadow.version} in ${(durationMs / 1_000).toFixed(1)} s`),
  ];
}

function clip(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
