import type { CheckedWorkload, CheckReport } from "../../check-report.ts";
import { findingPage } from "../../finding-page.ts";
import type { Finding } from "../../finding.ts";
import { sentence } from "../../group-findings.ts";
import { headline } from "../../headline.ts";
import { nextSteps } from "../../next-step.ts";
import { element, escapeXml, inLines } from "./xml.ts";

/** One test: passed, failed, broken off, or not run. */
interface Case {
  name: string;
  outcome: "passed" | "failure" | "error" | "skipped";
  message?: string;
  text?: string;
  output?: string;
}

interface Suite {
  name: string;
  cases: readonly Case[];
}

/** JUnit's XML: a test for each migration file, for each statement of each workload, and for the verdict. */
export function renderJunit(report: CheckReport): string {
  const left = new Set(report.findings);
  const workloads = report.workloads.map((workload) => workloadSuite(workload, report, left));
  const migrations = {
    name: "migrations",
    cases: report.files.map(({ path }) => fileCase(path, report, left)),
  };
  const verdict = { name: "verdict", cases: [verdictCase(report, [...left])] };
  const suites: Suite[] = [migrations, ...workloads, verdict];
  const cases = suites.flatMap((suite) => suite.cases);
  const counts = { name: "interlock check", ...countsOf(cases), time: seconds(report.durationMs) };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", counts, inLines(suites.map(suiteElement)))}\n`;
}

function suiteElement({ name, cases }: Suite): string {
  const skipped = String(cases.filter(({ outcome }) => outcome === "skipped").length);
  return element(
    "testsuite",
    { name, ...countsOf(cases), skipped },
    inLines(cases.map((one) => caseElement(one, name))),
  );
}

function caseElement({ name, outcome, message, text, output }: Case, classname: string): string {
  const children = [
    ...(outcome === "passed"
      ? []
      : [element(outcome, { message, type: outcome }, text === undefined ? [] : [escapeXml(text)])]),
    ...(output === undefined || output === "" ? [] : [element("system-out", {}, [escapeXml(output)])]),
  ];
  return element("testcase", { name, classname }, children);
}

function fileCase(path: string, { findings }: CheckReport, left: Set<Finding>): Case {
  const own = findings.filter(({ file, app }) => file === path && app === undefined);
  return caseOf(path, own, left);
}

function workloadSuite(workload: CheckedWorkload, report: CheckReport, left: Set<Finding>): Suite {
  const app = `${workload.app}@${workload.version}`;
  const own = report.findings.filter((finding) => finding.app === app && isAbout(finding, workload));
  const byStatement = Map.groupBy(own, ({ statement }) => statement ?? "(the workload)");
  const names = new Set([...(workload.names ?? []), ...byStatement.keys()]);
  const untried =
    workload.works === "unknown" && workload.exercised === 0 ? workload.why.join("\n") : undefined;
  return {
    name: `${app} ${workload.role === "old" ? "after the change" : "before the change"}`,
    cases: [...names].map((name) => caseOf(name, byStatement.get(name) ?? [], left, untried)),
  };
}

/** An old version is judged after the change, a new one before it; what is always so is told of both. */
function isAbout({ when }: Finding, { role }: CheckedWorkload): boolean {
  return when === "always" || (when === "after-change") === (role === "old");
}

function caseOf(name: string, findings: readonly Finding[], left: Set<Finding>, untried?: string): Case {
  for (const finding of findings) left.delete(finding);
  const errors = findings.filter(({ severity }) => severity === "error");
  const others = findings.filter(({ severity }) => severity !== "error");
  const output = others.map(described).join("\n");
  if (errors.length > 0) {
    return {
      name,
      outcome: "failure",
      message: errors.map((finding) => `${finding.code}: ${sentence(finding)}`).join("\n"),
      text: errors.map(described).join("\n\n"),
      output,
    };
  }
  const why = others.find(
    ({ code, when, severity }) =>
      code === "not-exercised" ||
      code === "broken-at-baseline" ||
      // It breaks in the order that nobody asked for: neither a failure nor a pass.
      (when !== "always" && severity === "note"),
  );
  if (why !== undefined)
    return { name, outcome: "skipped", message: `${why.code}: ${sentence(why)}`, output };
  if (untried !== undefined) return { name, outcome: "skipped", message: untried, output };
  return { name, outcome: "passed", output };
}

/** A verdict that is not known is no pass, whatever passed before it. */
function verdictCase(report: CheckReport, left: readonly Finding[]): Case {
  const output = left.map(described).join("\n");
  const name = `deploy ${report.deploy}`;
  if (report.verdict === "safe") return { name, outcome: "passed", output };
  const next = nextSteps(report).flatMap(({ say, commands }) => [`next: ${say}`, ...commands]);
  return {
    name,
    outcome: report.verdict === "unsafe" ? "failure" : "error",
    message: `${report.verdict}: ${headline(report)}`,
    text: [...report.reasons, ...next].join("\n"),
    output,
  };
}

function described(finding: Finding): string {
  const { code, severity, file, line, hint } = finding;
  const place = file === undefined ? "" : ` at ${file}${line === undefined ? "" : `:${String(line)}`}`;
  return [
    `${severity}[${code}]${place}: ${sentence(finding)}`,
    ...(hint === undefined || hint === "" ? [] : [hint]),
    findingPage(code),
  ].join("\n");
}

function countsOf(cases: readonly Case[]): { tests: string; failures: string; errors: string } {
  const count = (wanted: Case["outcome"]): string =>
    String(cases.filter(({ outcome }) => outcome === wanted).length);
  return { tests: String(cases.length), failures: count("failure"), errors: count("error") };
}

function seconds(durationMs: number): string {
  return (durationMs / 1_000).toFixed(3);
}
