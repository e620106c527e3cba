import type { Finding } from "../report/finding.ts";
import type { Deploy, Order, Verdict } from "../report/judgement.ts";

/** A statement that stops working, and after which line of which migration. */
export interface BrokenStatement {
  app: string;
  statement: string;
  code: Finding["code"];
  sqlstate?: string;
  line?: number;
}

/** One step of a history, judged. */
export interface StepResult {
  /** Versions that ran before it and that came with it, such as payments@2.2.0. */
  old: readonly string[];
  new: readonly string[];
  files: readonly { path: string; broken: readonly BrokenStatement[] }[];
  /** Statements of the new versions that fail before the change. */
  ahead: readonly BrokenStatement[];
  verdict: Verdict;
  order: Order | null;
  reasons: readonly string[];
  findings: readonly Finding[];
  durationMs: number;
  /** Whether it was found as an earlier run had left it. */
  kept: boolean;
}

/** What `interlock backtest` says of a history; the JSON format `interlock-backtest/1`. */
export interface HistoryReport {
  format: "interlock-backtest/1";
  deploy: Deploy;
  steps: readonly StepResult[];
  summary: HistorySummary;
  /** Versions that fit no state of the history, so that they took no part. */
  unplaced: readonly string[];
  shadow: { version: string };
  durationMs: number;
}

export interface HistorySummary {
  files: number;
  steps: number;
  verdicts: Readonly<Record<Verdict, number>>;
  /** `unknown` where it is not known. */
  orders: Readonly<Record<Order | "unknown", number>>;
  broken: number;
}

export function summarise(steps: readonly StepResult[]): HistorySummary {
  const verdicts = { safe: 0, unsafe: 0, unknown: 0 };
  const orders = { any: 0, "schema-first": 0, "app-first": 0, split: 0, unknown: 0 };
  for (const { verdict, order } of steps) {
    verdicts[verdict] += 1;
    orders[order ?? "unknown"] += 1;
  }
  const files = steps.flatMap((step) => step.files);
  const broken = files.reduce((sum, file) => sum + file.broken.length, 0);
  return { files: files.length, steps: steps.length, verdicts, orders, broken };
}
