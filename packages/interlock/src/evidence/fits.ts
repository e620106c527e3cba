import type { CheckedWorkload } from "../rehearsal/report/check-report.ts";
import type { Plan } from "../plan/plan.ts";
import type { Proof } from "../plan/plan-change.ts";
import type { Fit, FitFact } from "./facts.ts";

/** What of a rehearsal says which version works where. */
export interface ShownByRehearsal {
  id: string;
  workloads: readonly CheckedWorkload[];
  plan: Pick<Plan, "old" | "new"> | null;
  proof: Pick<Proof, "unexercisedWrites"> | null;
}

/**
 * Which version works in which stage of a change. An old one is at home before the change, a new one after it; on the
 * other side the report says, and between the two the plan's proof, where there is a plan.
 */
export function fitsOf(shown: ShownByRehearsal): FitFact[] {
  return shown.workloads.flatMap((workload) => {
    const appVersion = `${workload.app}@${workload.version}`;
    const fact = (stage: FitFact["stage"], [fit, why]: readonly [Fit, string]): FitFact => ({
      appVersion,
      stage,
      fit,
      why,
      rehearsal: shown.id,
    });
    const home = atHome(workload);
    const away = [fits[workload.works], workload.why.join("; ")] as const;
    const between = expanded(shown, { appVersion, home });
    return [
      fact("before", workload.role === "old" ? home : away),
      ...(between === undefined ? [] : [fact("expanded", between)]),
      fact("after", workload.role === "old" ? away : home),
    ];
  });
}

const fits: Readonly<Record<CheckedWorkload["works"], Fit>> = {
  yes: "works",
  no: "breaks",
  unknown: "unknown",
};

/**
 * A version of which most fails where it should be at home does not belong there: nothing is known. Where less of it
 * fails it works as it did, for as long as it is live; what fails is told, since one that is to come would break.
 */
function atHome({ statements, brokenAtBaseline, role }: CheckedWorkload): readonly [Fit, string] {
  if (brokenAtBaseline === 0 && statements > 0) return ["works", ""];
  const side = role === "old" ? "before" : "even after";
  const why = `${String(brokenAtBaseline)} of its ${String(statements)} statements fail ${side} the change`;
  return [2 * (statements - brokenAtBaseline) > statements ? "works" : "unknown", why];
}

function expanded(
  { plan, proof }: ShownByRehearsal,
  { appVersion, home }: { appVersion: string; home: readonly [Fit, string] },
): readonly [Fit, string] | undefined {
  if (plan === null || ![...plan.old, ...plan.new].includes(appVersion)) return undefined;
  if (home[0] !== "works") return home;
  const open = (proof?.unexercisedWrites ?? [])
    .filter((one) => one.startsWith(`${appVersion}#`))
    .map((one) => one.slice(appVersion.length + 1));
  if (open.length === 0) return ["works", ""];
  const named =
    open.length > 3 ? `${open.slice(0, 3).join(", ")} and ${String(open.length - 3)} more` : open.join(", ");
  return [
    "unknown",
    `it writes to what the plan touches with statements that could not be exercised (${named})`,
  ];
}
