import { Failure } from "../std/failure.ts";
import type { Baseline } from "../rehearsal/baseline.ts";
import { assemble, type Assembled } from "./assemble.ts";
import type { ChangeModel, Placement } from "./model.ts";
import type { OperationName } from "./operation.ts";
import type { PlanSources } from "./plan-change.ts";
import { proveStates, type Break, type StatesProof } from "./prove.ts";

/** How often operations are moved before the plan is refused. */
const mostTries = 8;

/** Kinds of operation that are right early in one change and late in another: the rehearsal decides. */
const movable: readonly OperationName[] = [
  "pass-through",
  "drop-constraint",
  "drop-not-null",
  "set-default",
  "drop-default",
  "drop-index",
  "change-type",
  "create-index",
  "add-constraint",
];

/**
 * Proves a plan, and moves what breaks a version to the other end of the change until no version breaks.
 * Throws `Failure` "plan-refused" with the evidence when nothing is left to move.
 */
export async function findPlacements(options: {
  model: ChangeModel;
  sources: PlanSources;
  baseline: Baseline;
}): Promise<{ assembled: Assembled; proof: StatesProof }> {
  const { model, sources, baseline } = options;
  const placements = new Map<number, Placement>();
  for (let tries = 1; ; tries += 1) {
    const assembled = assemble(model, placements);
    const proof = await proveStates({
      shadow: sources.shadow,
      baseline,
      assembled,
      old: sources.old,
      new: sources.new,
      ...(sources.signal === undefined ? {} : { signal: sources.signal }),
    });
    const [rewrite] = proof.rewrites;
    if (proof.breaks.length === 0 && rewrite === undefined) return { assembled, proof };
    if (rewrite !== undefined) throw rewritesTable(rewrite);
    const moved = proof.breaks.some((each) => move(each, { model, assembled, placements }));
    if (!moved || tries >= mostTries) throw refused(proof.breaks, model);
  }
}

/** Whether an operation could be moved for the sake of a break. Each is moved once. */
function move(
  found: Break,
  {
    model,
    assembled,
    placements,
  }: { model: ChangeModel; assembled: Assembled; placements: Map<number, Placement> },
): boolean {
  const free = (index: number): boolean =>
    movable.includes(model.operations[index]?.kind ?? "add-column") && !placements.has(index);
  const from = found.step === undefined ? [] : (assembled.origins.get(found.step.id) ?? []);
  if (found.role === "old") {
    const [index] = from.filter(free);
    if (index === undefined) return false;
    placements.set(index, "late");
    return true;
  }
  // The new version misses what comes only in contract: the first such step that can come earlier.
  for (const step of assembled.phases.contract) {
    const index = (assembled.origins.get(step.id) ?? []).find(free);
    if (index === undefined || !needs(found, model.operations[index]?.kind)) continue;
    placements.set(index, "early");
    return true;
  }
  return false;
}

/** ON CONFLICT without its index (42P10) needs a unique one; anything else may need any other operation. */
function needs({ sqlstate }: Break, kind: OperationName | undefined): boolean {
  const unique = kind === "create-index" || kind === "add-constraint";
  return sqlstate === "42P10" ? unique : !unique;
}

function refused(breaks: readonly Break[], model: ChangeModel): Failure {
  const [first] = breaks;
  if (first === undefined) throw new Error("nothing breaks");
  const when = (each: Break): string =>
    each.step === undefined ? "before the first step" : `after ${each.step.id}, ${each.step.title}`;
  const line = (each: Break): string =>
    `${each.version}#${each.statement} fails ${when(each)}: ${each.sqlstate} ${each.message}`;
  return new Failure({
    code: "plan-refused",
    message: `No order of steps keeps every version working: ${line(first)}.`,
    why: breaks.slice(1, 20).map(line).join("\n"),
    state: "Nothing was changed.",
    next: `Change ${first.role === "old" ? "the migration" : "the new version"} so that this statement works beside ${(first.role === "old" ? model.new : model.old).join(", ") || "the other version"}, or release the change in two parts.`,
  });
}

function rewritesTable({ step, relation }: StatesProof["rewrites"][number]): Failure {
  return new Failure({
    code: "plan-refused",
    message: `The step "${step.title}" writes ${relation} anew while it is locked: every statement on it would wait.`,
    state: "Nothing was changed.",
    next: "Write the change with a plain new column, an UPDATE that fills it, and a drop of the old one.",
  });
}
