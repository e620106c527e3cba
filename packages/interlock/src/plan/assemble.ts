import { sameRelation, slots, strongerLock, type Draft, type StepBody } from "./draft.ts";
import type { ChangeModel, Placement } from "./model.ts";
import { moveDrafts } from "./moves/move-drafts.ts";
import { operationKinds } from "./operations/all.ts";
import { findLosses } from "./find-losses.ts";
import { phaseNames, type Loss, type PhaseName, type SearchPath, type Step } from "./plan.ts";
import { noteHeard } from "./written-by-triggers.ts";
import { rebuildDrafts } from "./rebuild/rebuild-drafts.ts";
import { versionViewDrafts } from "./version-views/version-view-drafts.ts";
import { searchPathOf } from "./version-views/version-views.ts";
import { syncDrafts } from "./sync-drafts.ts";

/** The steps of a plan, and which operations each comes from. */
export interface Assembled {
  phases: Record<PhaseName, Step[]>;
  /** By step id: the operations' indexes. */
  origins: Map<string, number[]>;
  notes: string[];
  losses: Loss[];
  /** Of versions that must look elsewhere than others. */
  searchPaths: SearchPath[];
}

/** Decides the steps of a change. Pure; throws `Failure` "cannot-plan" and the like. */
export function assemble(
  model: ChangeModel,
  placements: ReadonlyMap<number, Placement> = new Map(),
): Assembled {
  const noted: ChangeModel = { ...model, notes: [...model.notes], losses: [...model.losses] };
  const rebuilt = new Set(model.rebuilds.flatMap(({ operations }) => [...operations]));
  const byOperations = model.operations.flatMap((operation) => {
    if (rebuilt.has(operation.index)) return [];
    const kind = operationKinds.find((each) => each.kind === operation.kind);
    return kind?.draft(operation, { model: noted, placement: placements.get(operation.index) }) ?? [];
  });
  const drafts = [
    ...byOperations,
    ...model.rebuilds.flatMap((rebuild) => rebuildDrafts(rebuild, noted)),
    ...model.moves.flatMap((move) => moveDrafts(move, noted)),
    ...[...model.tables.values()].flatMap((change) => syncDrafts(change, noted, byOperations)),
    ...versionViewDrafts(noted),
  ];
  const phases: Record<PhaseName, Step[]> = { expand: [], migrate: [], contract: [] };
  const origins = new Map<string, number[]>();
  for (const phase of phaseNames) {
    for (const { drafts: merged, step } of merge(inOrder(drafts, phase))) {
      const id = `${phase}-${String(phases[phase].length + 1)}`;
      phases[phase].push({ ...step, title: oneTitle([...new Set(step.title.split("\n"))]), id } as Step);
      origins.set(
        id,
        merged.map(({ order, origin = Math.round(order) }) => origin),
      );
    }
  }
  return {
    phases,
    origins,
    notes: [...new Set([...noted.notes, ...noteHeard(phases.migrate, model)])],
    losses: findLosses(noted, phases),
    searchPaths:
      model.versionViews === undefined
        ? []
        : [{ versions: model.versionViews.versions, path: searchPathOf(model.versionViews) }],
  };
}

function inOrder(drafts: readonly Draft[], phase: PhaseName): Draft[] {
  return drafts
    .filter((draft) => draft.phase === phase)
    .toSorted((left, right) => slots[left.slot] - slots[right.slot] || left.order - right.order);
}

/** Makes one step of DDL drafts that stand side by side and belong together: one lock taken instead of several. */
function merge(drafts: readonly Draft[]): { drafts: Draft[]; step: StepBody }[] {
  const merged: { drafts: Draft[]; step: StepBody }[] = [];
  for (const draft of drafts) {
    const last = merged.at(-1);
    const fits =
      last !== undefined &&
      draft.merge !== undefined &&
      last.drafts.at(-1)?.merge === draft.merge &&
      last.drafts.at(-1)?.slot === draft.slot;
    if (fits && last.step.kind === "ddl" && draft.step.kind === "ddl") {
      last.step = join(last.step, draft.step);
      last.drafts.push(draft);
    } else merged.push({ drafts: [draft], step: draft.step });
  }
  return merged;
}

type DdlBody = Extract<StepBody, { kind: "ddl" }>;

function join(left: DdlBody, right: DdlBody): DdlBody {
  const others = right.relations.filter(
    (relation) => !left.relations.some((each) => sameRelation(each, relation)),
  );
  const proofs = [right, left].flatMap(({ undoProofs = [] }) => undoProofs);
  return {
    ...left,
    title: `${left.title}
${right.title}`,
    relations: [...left.relations, ...others],
    lock: strongerLock(left.lock, right.lock),
    statements: [...left.statements, ...right.statements],
    undo: left.undo === null || right.undo === null ? null : [...right.undo, ...left.undo],
    ...(proofs.length === 0 ? {} : { undoProofs: proofs }),
  };
}

/** What a merged step does: "drop the sync, t.a, t.b; t.c not null". */
function oneTitle(titles: readonly string[]): string {
  const verbs = ["drop ", "add column "];
  const together = verbs.flatMap((verb) => {
    const same = titles.filter((title) => title.startsWith(verb)).map((title) => title.slice(verb.length));
    return same.length === 0 ? [] : [`${verb}${same.join(", ")}`];
  });
  const others = titles.filter((title) => !verbs.some((verb) => title.startsWith(verb)));
  return [...together, ...others].join("; ");
}
