import { displayName } from "../sql/quote.ts";
import { Failure } from "../std/failure.ts";
import type { Baseline } from "../rehearsal/baseline.ts";
import { assemble, type Assembled } from "./assemble.ts";
import type { ChangeModel, Placement } from "./model.ts";
import type { OperationName } from "./operation.ts";
import type { PlanSources } from "./plan-change.ts";
import type { Step } from "./plan.ts";
import { proveStates, type Break, type StatesProof } from "./prove.ts";
import { needsVersionViews, withVersionViews } from "./version-views/with-version-views.ts";
import { StepFailed } from "./run-step.ts";

/** How often operations are moved before the plan is refused. */
const mostTries = 8;

/** Kinds of operation that are right early in one change and late in another: the rehearsal decides. */
const movable: readonly OperationName[] = [
  "pass-through",
  "change-object",
  "rename-enum-value",
  "drop-constraint",
  "drop-not-null",
  "set-default",
  "drop-default",
  "change-identity",
  "drop-index",
  "change-type",
  "create-index",
  "add-constraint",
  "rename-table",
];

interface Placed {
  assembled: Assembled;
  proof: StatesProof;
}

interface Finding {
  model: ChangeModel;
  sources: PlanSources;
  baseline: Baseline;
}

/**
 * Proves a plan, and moves what breaks a version to the other end of the change until no version breaks. Where
 * nothing is left to move, the new version gets views of its own, if that may help: they ask something of whoever
 * runs it. Throws `Failure` "plan-refused" with the evidence when that doesn't do either.
 */
export async function findPlacements(finding: Finding): Promise<Placed> {
  if (needsVersionViews(finding.model)) {
    const viewed = withVersionViews(finding.model);
    if (viewed === undefined) throw nobodyToTell();
    return place({ ...finding, model: viewed });
  }
  try {
    return await place(finding);
  } catch (error) {
    const viewed = error instanceof Failure ? withVersionViews(finding.model) : undefined;
    if (!(error instanceof Failure) || viewed === undefined) throw error;
    try {
      return await place({ ...finding, model: viewed });
    } catch (second) {
      if (!(second instanceof Failure)) throw second;
      throw notByViewsEither(error, second);
    }
  }
}

function nobodyToTell(): Failure {
  return new Failure({
    code: "cannot-plan",
    message:
      "Labels of an enum get other names that the old and the new version both use, and no version is named that comes with the change.",
    why: "It would read and write views of its own, which it has to be told by its search_path; what runs already can't be.",
    state: "Nothing was changed.",
    next: "Give the new version's workload under a version of its own.",
  });
}

/** The first refusal says what the change would need, the second why views of its own do not give it. */
function notByViewsEither(first: Failure, second: Failure): Failure {
  const { code, message, why, state, next } = first;
  const views = `With views of its own for the new version: ${second.message}`;
  return new Failure({
    code,
    message,
    why: why === undefined || why === "" ? views : `${why}\n${views}`,
    ...(state === undefined ? {} : { state }),
    ...(next === undefined ? {} : { next }),
    cause: first,
  });
}

async function place({ model, sources, baseline }: Finding): Promise<Placed> {
  const placements = new Map<number, Placement>();
  for (let tries = 1; ; tries += 1) {
    const assembled = assemble(model, placements);
    const proof = await attempt({ sources, baseline, assembled });
    if (proof instanceof StepFailed) {
      if (tries >= mostTries || !moveFailed(proof.step, { model, assembled, placements }))
        throw doesNotRun(proof);
      continue;
    }
    const rewrite = proof.rewrites.find(({ relation }) => !isNew(relation, model));
    if (rewrite !== undefined) throw rewritesTable(rewrite);
    if (proof.breaks.length === 0) return { assembled, proof };
    const moved = proof.breaks.some((each) => move(each, { model, assembled, placements }));
    if (!moved || tries >= mostTries) throw refused(proof.breaks, model);
  }
}

async function attempt(options: {
  sources: PlanSources;
  baseline: Baseline;
  assembled: Assembled;
}): Promise<StatesProof | StepFailed> {
  const { sources, baseline, assembled } = options;
  try {
    return await proveStates({
      shadow: sources.shadow,
      baseline,
      assembled,
      old: sources.old,
      new: sources.new,
      ...(sources.signal === undefined ? {} : { signal: sources.signal }),
    });
  } catch (error) {
    if (error instanceof StepFailed) return error;
    throw error;
  }
}

/** Whether a relation, as PostgreSQL prints its name, comes with the change. */
function isNew(relation: string, { operations }: ChangeModel): boolean {
  return operations.some(
    (each) => each.kind === "create-table" && displayName(each.table.schema, each.table.name) === relation,
  );
}

interface Moving {
  model: ChangeModel;
  assembled: Assembled;
  placements: Map<number, Placement>;
}

/** A step that does not run where it stands may need what comes later, or what is gone by then. */
function moveFailed(step: Step, { model, assembled, placements }: Moving): boolean {
  const index = (assembled.origins.get(step.id) ?? []).find((each) => isFree(each, { model, placements }));
  if (index === undefined) return false;
  placements.set(index, assembled.phases.contract.includes(step) ? "early" : "late");
  return true;
}

function isFree(index: number, { model, placements }: Omit<Moving, "assembled">): boolean {
  return movable.includes(model.operations[index]?.kind ?? "add-column") && !placements.has(index);
}

/** Whether an operation could be moved for the sake of a break. Each is moved once. */
function move(found: Break, { model, assembled, placements }: Moving): boolean {
  const free = (index: number): boolean => isFree(index, { model, placements });
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
  // A foreign key that refuses what the new one lets through has to be replaced before.
  if (sqlstate === "23503" && kind === "add-constraint") return true;
  return sqlstate === "42P10" ? unique : !unique;
}

function refused(breaks: readonly Break[], model: ChangeModel): Failure {
  const [first] = breaks;
  if (first === undefined) throw new Error("nothing breaks");
  return new Failure({
    code: "plan-refused",
    message: `No order of steps keeps every version working: ${describe(first)}.`,
    why: breaks.slice(1, 20).map(describe).join("\n"),
    state: "Nothing was changed.",
    next: `Change ${first.role === "old" ? "the migration" : "the new version"} so that this statement works beside ${(first.role === "old" ? model.new : model.old).join(", ") || "the other version"}, or release the change in two parts.`,
  });
}

function describe({ version, statement, step, sqlstate, message }: Break): string {
  const when = step === undefined ? "before the first step" : `after ${step.id}, ${step.title}`;
  return `${version}#${statement} fails ${when}: ${sqlstate} ${message}`;
}

/** The refusal of a plan one of whose steps fails. */
export function doesNotRun({ step, message, cause }: StepFailed): Failure {
  return new Failure({
    code: "plan-refused",
    message: `The step "${step.title}" (${step.id}) does not run: ${message}.`,
    ...(step.kind === "ddl" ? { why: step.statements.join(";\n") } : {}),
    state: "Nothing was changed.",
    next: "If it comes from a mapping, correct the mapping; else take the change apart into smaller ones.",
    cause,
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
