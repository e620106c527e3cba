import { planChange } from "../../packages/interlock/src/plan/plan-change.ts";
import type { Plan } from "../../packages/interlock/src/plan/plan.ts";
import type { Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { Failure } from "../../packages/interlock/src/std/failure.ts";
import { readWorkload } from "../../packages/interlock/src/workload/read.ts";
import { baseline, changesBefore, type Change } from "../../packages/payments/src/changes/changes.ts";

/** The plan of a change under the recorded workloads, or why there is none. */
export type Planned = { plan: Plan; tookMs: number } | { refusal: { code: string; message: string } };

export async function planOf(change: Change, shadow: Shadow): Promise<Planned> {
  const terminals = await readWorkload(change.workload("terminals@1.0.0"));
  try {
    const { plan, proof } = await planChange({
      migrations: [change.migration],
      baseline: [baseline, ...changesBefore(change.from).map(({ migration }) => migration)],
      old: [await readWorkload(change.workload(`payments@${change.from}`)), terminals],
      new: [await readWorkload(change.workload(`payments@${change.to}`)), terminals],
      shadow,
    });
    return { plan, tookMs: proof.tookMs };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message, why } = error;
    return { refusal: { code, message: why === undefined ? message : `${message} ${why}` } };
  }
}
