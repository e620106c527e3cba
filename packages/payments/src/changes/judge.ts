import { check } from "pg-interlock/check";
import { planChange } from "pg-interlock/plan";
import type { Shadow } from "pg-interlock/shadow";
import { readWorkload } from "pg-interlock/workload";
import { baseline, changesBefore, type Change } from "./changes.ts";
import type { Order } from "./find-order.ts";

/** What Interlock says of a change under the recorded workloads. */
export interface Judgement {
  /** In which order structure and application may be deployed; unknown where it can't say. */
  order: Order | "unknown";
  /** Whether the structure may go first, as it stands. */
  verdict: string;
  /** `yes`, or the code of what keeps it from being planned. */
  planned: string;
  /** The evidence, for whoever wants to know more; what could not be exercised is in it where it matters only. */
  evidence: readonly string[];
}

const terminals = "terminals@1.0.0";

export async function judge(change: Change, shadow: Shadow): Promise<Judgement> {
  const sources = {
    migrations: [change.migration],
    baseline: [baseline, ...changesBefore(change.from).map(({ migration }) => migration)],
    shadow,
  };
  const pos = await readWorkload(change.workload(terminals));
  const workloads = {
    old: [await readWorkload(change.workload(`payments@${change.from}`)), pos],
    new: [await readWorkload(change.workload(`payments@${change.to}`)), pos],
  };
  const report = await check({ ...sources, ...workloads });
  const planned = await planChange({ ...sources, ...workloads }).then(
    () => ({ planned: "yes", evidence: [] }),
    (failure: Error & { code?: string; why?: string }) => ({
      planned: failure.code ?? "failed",
      evidence: [failure.message, failure.why ?? ""],
    }),
  );
  return {
    order: report.order ?? "unknown",
    verdict: report.verdict,
    planned: planned.planned,
    evidence: [
      ...report.reasons,
      ...report.findings
        .filter(({ code }) => code !== "not-exercised")
        .map(({ code, app, statement, message }) => [code, app ?? "", statement ?? "", message].join(" ")),
      ...planned.evidence,
    ],
  };
}
