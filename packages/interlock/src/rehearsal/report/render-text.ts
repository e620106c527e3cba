import { styleText } from "node:util";
import type { CheckReport } from "./check-report.ts";
import type { Finding } from "./finding.ts";
import { headline } from "./headline.ts";

export interface RenderOptions {
  colour: boolean;
  /** Everything, not the first few. */
  verbose: boolean;
}

type Paint = (style: "red" | "green" | "yellow" | "dim" | "bold", text: string) => string;

/** How many statements are listed at one line of a migration without --verbose. */
const shownPerPlace = 3;

/** The report for people. Ends with a line break. */
export function renderText(report: CheckReport, { colour, verbose }: RenderOptions): string {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
  const context = { report, paint, verbose };
  const blocks = [
    [verdictLine(report, paint)],
    reasons(report),
    ...migrationBlocks(context),
    beforeBlock(context),
    otherBlock(context),
    footer(report, paint),
  ].filter((lines) => lines.length > 0);
  const separator = report.verdict === "safe" && blocks.length === 2 ? "\n" : "\n\n";
  return `${blocks.map((lines) => lines.join("\n")).join(separator)}\n`;
}

interface Context {
  report: CheckReport;
  paint: Paint;
  verbose: boolean;
}

function verdictLine(report: CheckReport, paint: Paint): string {
  const { verdict } = report;
  const mark = { safe: "✓", unsafe: "✗", unknown: "?" }[verdict];
  const style = ({ safe: "green", unsafe: "red", unknown: "yellow" } as const)[verdict];
  return `${paint(style, `${mark} ${verdict}`)}: ${headline(report)}`;
}

function reasons({ reasons: missing }: CheckReport): string[] {
  return missing.map((reason) => `  ${reason}`);
}

/** What shows after the change, file by file and line by line, under the SQL that it comes from. */
function migrationBlocks(context: Context): string[][] {
  const { report, verbose } = context;
  const shown = report.findings.filter(
    ({ when, severity, file }) =>
      file !== undefined && when !== "before-change" && (verbose || severity !== "note"),
  );
  return [...new Set(shown.map(({ file }) => file ?? ""))].map((file) => [
    `  ${context.paint("bold", file)}`,
    ...places(shown.filter((finding) => finding.file === file)).flatMap((findings) =>
      place(findings, context),
    ),
  ]);
}

function places(findings: readonly Finding[]): Finding[][] {
  const byLine = Map.groupBy(findings, ({ line }) => line ?? 0);
  return [...byLine].toSorted(([left], [right]) => left - right).map(([, list]) => list);
}

function place(findings: readonly Finding[], context: Context): string[] {
  const { report, paint } = context;
  const [first] = findings;
  const step = report.files
    .find(({ path }) => path === first?.file)
    ?.steps.find(({ line }) => line === first?.line);
  const number = first?.line === undefined ? "" : String(first.line);
  const source = (step?.sql ?? "")
    .split("\n")
    .map((line) => line.trim())
    .join(" ");
  const gutter = paint("dim", `${" ".repeat(5)}│ `);
  return [
    ...(source === "" ? [] : [`${paint("dim", `${number.padStart(4)} │ `)}${clip(source)}`]),
    ...[...Map.groupBy(findings, ({ app, code }) => `${app ?? ""} ${code}`).values()].flatMap((group) =>
      groupLines(group, context).map((line) => `${gutter}${line}`),
    ),
  ];
}

function groupLines(group: readonly Finding[], { report, paint, verbose }: Context): string[] {
  const [first] = group;
  if (first === undefined) return [];
  if (first.app === undefined) {
    return [`${label(first, paint)} ${sentence(first)}`, ...hint(first)];
  }
  const workload = report.workloads.find(({ app, version }) => `${app}@${version}` === first.app);
  const total = workload === undefined ? "" : ` of ${String(workload.statements)}`;
  const title = `${String(group.length)}${total} statements of ${first.app} ${effects[first.code]}`;
  const shown = verbose ? group : group.slice(0, shownPerPlace);
  const width = Math.max(...shown.map(({ statement }) => (statement ?? "").length));
  return [
    `${label(first, paint)} ${title}`,
    ...shown.map(
      (finding) => `  ${(finding.statement ?? "").padEnd(width)}  ${sentence(finding)}${calls(finding)}`,
    ),
    ...(group.length > shown.length ? [`  …${String(group.length - shown.length)} more: --verbose`] : []),
    ...hint(first),
  ];
}

const effects: Readonly<Record<Finding["code"], string>> = {
  "statement-breaks": "stop working",
  "write-breaks": "fail when they run",
  "cached-plan-breaks": "fail in sessions that prepared them before",
  "result-changes": "take or return something else",
  "broken-at-baseline": "fail where they should be at home",
  "not-exercised": "could not be exercised",
  "migration-does-not-apply": "",
  "migration-refuses-rows": "",
  "blocks-traffic": "wait",
  "rewrites-table": "",
  "scans-table": "",
  "exceeds-limit": "",
  "refused-by-sandbox": "",
  "extension-missing": "",
  "shadow-version-differs": "",
};

function label({ severity, code }: Finding, paint: Paint): string {
  const style = ({ error: "red", warning: "yellow", note: "dim" } as const)[severity];
  return paint(style, `${severity}[${code}]`);
}

function sentence({ sqlstate, message }: Finding): string {
  return sqlstate === undefined ? message : `${sqlstate}  ${message}`;
}

function calls({ calls: seen }: Finding): string {
  return seen === undefined ? "" : `    ${seen.toLocaleString("en")} ${seen === 1 ? "call" : "calls"}`;
}

function hint({ hint: text }: Finding): string[] {
  return text === undefined || text === "" ? [] : [`  → ${text}`];
}

/** The other way round: new versions before the change. */
function beforeBlock(context: Context): string[] {
  const { report, verbose } = context;
  const found = report.findings.filter(
    ({ when, code }) => when === "before-change" && (verbose || code !== "result-changes"),
  );
  if (found.length === 0 || (report.verdict === "safe" && !verbose)) return [];
  return [...Map.groupBy(found, ({ app }) => app ?? "")].flatMap(([app, group]) => {
    const total =
      report.workloads.find(({ app: name, version }) => `${name}@${version}` === app)?.statements ?? 0;
    const shown = verbose ? group : group.slice(0, shownPerPlace);
    const width = Math.max(...shown.map(({ statement }) => (statement ?? "").length));
    return [
      `  The other way round, ${String(group.length)} of ${String(total)} statements of ${app} fail before the change:`,
      ...shown.map((finding) => `     │   ${(finding.statement ?? "").padEnd(width)}  ${sentence(finding)}`),
      ...(group.length > shown.length
        ? [`     │   …${String(group.length - shown.length)} more: --verbose`]
        : []),
    ];
  });
}

/** What belongs to no line of a migration. */
function otherBlock(context: Context): string[] {
  const { report, verbose } = context;
  const found = report.findings.filter(
    ({ when, file, severity }) => when === "always" && file === undefined && (verbose || severity !== "note"),
  );
  return [...Map.groupBy(found, ({ app, code }) => `${app ?? ""} ${code}`).values()].flatMap((group) =>
    groupLines(group, context).map((line) => `  ${line}`),
  );
}

function footer(report: CheckReport, paint: Paint): string[] {
  const seconds = (report.durationMs / 1_000).toFixed(1);
  const coverage = report.workloads.map(
    ({ app, version, exercised, statements, brokenAtBaseline }) =>
      `${app}@${version}: ${String(exercised)} of ${String(statements)} exercised${brokenAtBaseline > 0 ? `, ${String(brokenAtBaseline)} broken before` : ""}`,
  );
  const rehearsed = [`rehearsed on PostgreSQL ${report.shadow.version} in ${seconds} s`, ...coverage].join(
    " · ",
  );
  const next = nextStep(report);
  return [`  ${paint("dim", rehearsed)}`, ...(next === undefined ? [] : [`  next: ${next}`])];
}

function nextStep({ verdict, order, deploy, files }: CheckReport): string | undefined {
  const paths = files.map(({ path }) => path).join(" ");
  if (verdict === "safe") {
    if (order === "any") return "deploy structure and application in any order";
    return deploy === "app-first"
      ? "deploy the application, then the structure"
      : "deploy the structure, then the application";
  }
  if (verdict === "unknown") return undefined;
  if (order === "app-first" && deploy === "schema-first")
    return "deploy the application first: --deploy app-first";
  if (order === "schema-first" && deploy === "app-first")
    return "deploy the structure first: --deploy schema-first";
  return `npx interlock plan ${paths}`;
}

const widest = 100;

function clip(text: string): string {
  return text.length > widest ? `${text.slice(0, widest - 1)}…` : text;
}
