import type { Finding } from "../../packages/interlock/src/rehearsal/report/finding.ts";
import type { CheckReport } from "../../packages/interlock/src/rehearsal/report/check-report.ts";
import type { Pair } from "../corpus.ts";

/** Something on which the check and `expected` do not say the same. */
interface Disagreement {
  kind:
    | "order"
    | "missed"
    | "beyond-expected"
    | "new-missed"
    | "new-beyond-expected"
    | "shape-missed"
    | "shape-extra";
  what: string;
  /** Whether executing the statement proves the check right. */
  isProven: boolean;
  explanation: string;
}

export interface Comparison {
  pair: string;
  expectedOrder: string;
  order: string;
  /** The order by what `expected` covers alone: preparing, and old inserts that leave out a mandatory column. */
  orderByPreparing: string;
  verdict: string;
  /** Old statements that break, as (statement, file). */
  expectedBreaks: number;
  foundOfExpected: number;
  beyondExpected: number;
  beyondProven: number;
  exercised: number;
  statements: number;
  milliseconds: number;
  disagreements: Disagreement[];
}

const breaking = new Set(["statement-breaks", "write-breaks"]);

/** Holds a report against what the corpus expects. Paths in the report are the corpus' own. */
export function compare(
  pair: Pair,
  { report, milliseconds }: { report: CheckReport; milliseconds: number },
): Comparison {
  const old = breaksOf(report);
  const found = new Map(old.map((finding) => [place(finding.statement, finding.file), finding]));
  const expected = new Map(pair.expected.breaks.map((one) => [place(one.statement, one.file), one]));
  const missed = [...expected].filter(([key]) => !found.has(key));
  const beyond = [...found].filter(([key]) => !expected.has(key));
  const disagreements: Disagreement[] = [
    ...missed.map(([key, one]) => ({
      kind: "missed" as const,
      what: key,
      isProven: false,
      explanation: `expected ${one.kind} ${one.sqlstate}: ${one.message}`,
    })),
    ...beyond.map(([key, finding]) => beyondExpected("beyond-expected", key, finding)),
    ...newStatements(pair, report),
    ...shapes(pair, report),
  ];
  const order = report.order ?? "unknown";
  if (order !== pair.expected.order) {
    const beyondNew = disagreements.filter(({ kind }) => kind.endsWith("beyond-expected"));
    disagreements.unshift({
      kind: "order",
      what: `expected ${pair.expected.order}, found ${order}`,
      isProven: beyondNew.length > 0 && beyondNew.every(({ isProven }) => isProven),
      explanation:
        beyondNew.length === 0
          ? "nothing that was found explains it"
          : `because of ${beyondNew.map(({ what }) => what).join(", ")}, which preparing alone does not show`,
    });
  }
  const sum = (pick: (one: CheckReport["workloads"][number]) => number): number =>
    report.workloads.reduce((total, one) => total + pick(one), 0);
  return {
    pair: `${pair.from} → ${pair.to}`,
    expectedOrder: pair.expected.order,
    order,
    orderByPreparing: orderByPreparing(report),
    verdict: report.verdict,
    expectedBreaks: expected.size,
    foundOfExpected: expected.size - missed.length,
    beyondExpected: beyond.length,
    beyondProven: beyond.filter(([, finding]) => executionProves(finding)).length,
    exercised: sum(({ exercised }) => exercised),
    statements: sum(({ statements, brokenAtBaseline }) => statements - brokenAtBaseline),
    milliseconds,
    disagreements,
  };
}

/** What stops working of the older release. What may, for values that nobody has seen, is no verdict. */
export function breaksOf({ findings }: CheckReport): Finding[] {
  return findings.filter(
    ({ when, code, severity }) => when === "after-change" && severity === "error" && breaking.has(code),
  );
}

function orderByPreparing({ findings }: CheckReport): string {
  const oldBreaks = findings.some(
    ({ when, code, sqlstate }) =>
      when === "after-change" &&
      (code === "statement-breaks" || (code === "write-breaks" && sqlstate === "23502")),
  );
  const newBreaks = findings.some(
    ({ when, code }) => when === "before-change" && code === "statement-breaks",
  );
  if (oldBreaks) return newBreaks ? "split" : "app-first";
  return newBreaks ? "schema-first" : "any";
}

/** The rehearsal executed it: it failed in this state, and passed at home with the same parameters and rows. */
function executionProves(finding: Finding): boolean {
  return finding.proven === true;
}

function beyondExpected(kind: Disagreement["kind"], what: string, finding: Finding): Disagreement {
  const how =
    finding.code === "write-breaks"
      ? "executing it fails with the parameters and rows with which it succeeds where it is at home"
      : "PostgreSQL refuses to prepare it";
  return {
    kind,
    what,
    isProven: executionProves(finding),
    explanation: `${finding.sqlstate ?? ""} ${finding.message}: ${how}`,
  };
}

function newStatements(pair: Pair, report: CheckReport): Disagreement[] {
  const found = new Map(
    report.findings
      .filter(({ when, code }) => when === "before-change" && breaking.has(code))
      .map((finding) => [finding.statement ?? "", finding]),
  );
  const expected = new Set(pair.expected.newStatementsNeedingChange);
  return [
    ...[...expected]
      .filter((name) => !found.has(name))
      .map((what) => ({
        kind: "new-missed" as const,
        what,
        isProven: false,
        explanation: "a statement of the new release that fails before the change",
      })),
    ...[...found]
      .filter(([name]) => !expected.has(name))
      .map(([name, finding]) => beyondExpected("new-beyond-expected", name, finding)),
  ];
}

function shapes(pair: Pair, report: CheckReport): Disagreement[] {
  const found = new Set(
    report.findings
      .filter(({ when, code }) => when === "after-change" && code === "result-changes")
      .map(({ statement, file }) => place(statement, file)),
  );
  const expected = new Set(pair.expected.shape.map(({ statement, file }) => place(statement, file)));
  return [
    ...[...expected]
      .filter((key) => !found.has(key))
      .map((what) => ({
        kind: "shape-missed" as const,
        what,
        isProven: false,
        explanation: "its parameters or result columns change",
      })),
    ...[...found]
      .filter((key) => !expected.has(key))
      .map((what) => ({
        kind: "shape-extra" as const,
        what,
        isProven: true,
        explanation: "PostgreSQL describes other parameters or result columns than before",
      })),
  ];
}

function place(statement: string | undefined, file: string | undefined): string {
  return `${statement ?? ""} after ${(file ?? "").replace(/^.*?(?=migrations\/)/, "")}`;
}
