import { shownName } from "./names.ts";
import { displayName, quoteIdentifier } from "../sql/quote.ts";
import { ddl, relationKey, sameRelation, slots, strongerLock, type Draft, type StepBody } from "./draft.ts";
import { hasQuery, neverRaises, printExpression } from "./expression.ts";
import type { ChangeModel, Mapping, Placement, TableChange } from "./model.ts";
import { operationKinds } from "./operations/all.ts";
import { phaseNames, type PhaseName, type Step } from "./plan.ts";
import { backfill } from "./steps/backfill.ts";
import { refuseAmbiguousDefaults } from "./ambiguous-default.ts";
import { createSync, dropSync, mayRaise, needsSync } from "./sync-function.ts";

/** The steps of a plan, and which operations each comes from. */
export interface Assembled {
  phases: Record<PhaseName, Step[]>;
  /** By step id: the operations' indexes. */
  origins: Map<string, number[]>;
  notes: string[];
}

/** Decides the steps of a change. Pure; throws `Failure` "cannot-plan" and the like. */
export function assemble(
  model: ChangeModel,
  placements: ReadonlyMap<number, Placement> = new Map(),
): Assembled {
  const noted: ChangeModel = { ...model, notes: [...model.notes] };
  const byOperations = model.operations.flatMap((operation) => {
    const kind = operationKinds.find((each) => each.kind === operation.kind);
    return kind?.draft(operation, { model: noted, placement: placements.get(operation.index) }) ?? [];
  });
  const drafts = [
    ...byOperations,
    ...[...model.tables.values()].flatMap((change) => syncDrafts(change, noted, byOperations)),
  ];
  const phases: Record<PhaseName, Step[]> = { expand: [], migrate: [], contract: [] };
  const origins = new Map<string, number[]>();
  for (const phase of phaseNames) {
    for (const { drafts: merged, step } of merge(inOrder(drafts, phase))) {
      const id = `${phase}-${String(phases[phase].length + 1)}`;
      phases[phase].push({ ...step, title: oneTitle(step.title.split("\n")), id } as Step);
      origins.set(
        id,
        merged.map(({ order }) => Math.round(order)),
      );
    }
  }
  return { phases, origins, notes: [...new Set(noted.notes)] };
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
  return {
    ...left,
    title: `${left.title}
${right.title}`,
    relations: [...left.relations, ...others],
    lock: strongerLock(left.lock, right.lock),
    statements: [...left.statements, ...right.statements],
    undo: left.undo === null || right.undo === null ? null : [...right.undo, ...left.undo],
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

/** The trigger of a table, the filling of what it keeps up to date, and its end. */
function syncDrafts(change: TableChange, model: ChangeModel, others: readonly Draft[]): Draft[] {
  if (!needsSync(change)) return [];
  const { relation } = change;
  const newVersions = model.new.filter((version) => !model.old.includes(version));
  refuseAmbiguousDefaults(change, newVersions);
  noteMappings(change, model);
  const final = `final ${relationKey(relation)}`;
  const first = firstOrder(change);
  return [
    {
      phase: "expand",
      slot: "sync",
      order: first,
      step: ddl({
        title: `sync ${shownName(relation)}: ${describe(change)}`,
        relations: [relation],
        lock: "ShareRowExclusiveLock",
        statements: createSync(change, {
          newVersions: model.new.filter((version) => !model.old.includes(version)),
        }),
        undo: dropSync(change),
      }),
    },
    ...change.groups.flatMap((group) => fillGroup(change, group)),
    {
      phase: "contract",
      slot: "final",
      // Before everything else that is final for this table.
      order:
        Math.min(
          ...others.filter(({ merge: key }) => key === final).map(({ order }) => order),
          Number.MAX_SAFE_INTEGER,
        ) - 0.25,
      merge: final,
      step: ddl({ title: "drop the sync", relations: [relation], statements: dropSync(change), undo: null }),
    },
  ];
}

function fillGroup(change: TableChange, group: TableChange["groups"][number]): Draft[] {
  // A renamed column's copy is filled by the rename's own steps.
  const up = group.up.filter(({ column }) => !change.renamed.has(column));
  if (up.length === 0) return [];
  const order = firstOrder(change);
  return [
    backfill({
      change,
      set: up.map(({ column, expression }) => ({ column, expression: printExpression(expression) })),
      where: up.map(({ column }) => `${quoteIdentifier(column)} is null`).join(" and "),
      order,
      title: `fill ${shownName(change.relation)}.${up.map(({ column }) => displayName(column)).join(", ")}`,
      undo: null,
    }),
    ...up
      .filter((mapping) => {
        const column = change.added.get(mapping.column)?.column;
        // A mandatory column that is empty is found as such.
        return column?.notNull !== true && mayRaise(mapping, column?.type ?? "");
      })
      .flatMap((mapping) => provable(change, mapping, order)),
  ];
}

/**
 * A write of the old version whose new value can't be computed goes through and leaves it empty. This computes
 * it once more for such rows, so that PostgreSQL's error shows; the count itself is always 0.
 */
function provable(change: TableChange, { column, expression }: Mapping, order: number): Draft[] {
  const { relation } = change;
  const own = quoteIdentifier(column);
  return (["migrate", "contract"] as const).map((phase) => ({
    phase,
    slot: "verify",
    order,
    step: {
      kind: "verify",
      title: `${shownName(relation, column)} can be computed for every row`,
      relations: [relation],
      lock: "AccessShareLock",
      undo: null,
      relation,
      violation: `${own} is null and ((${printExpression(expression)}) is null) is null`,
      message: `${shownName(relation, column)} can't be computed for some rows. Correct them, then resume.`,
    },
  }));
}

/** What a user must know of mappings that look beyond the row or may fail. */
function noteMappings({ relation, groups, fills }: TableChange, model: ChangeModel): void {
  const all = [...groups.flatMap(({ up, down }) => [...up, ...down]), ...fills];
  for (const { column, expression } of all) {
    if (!hasQuery(expression)) continue;
    model.notes.push(
      `The mapping of ${shownName(relation, column)} reads other tables: every role that writes ${shownName(relation)} must be allowed to, and a later change there does not reach it.`,
    );
  }
  for (const { column, expression } of groups.flatMap(({ down }) => down)) {
    if (neverRaises(expression)) continue;
    model.notes.push(
      `A write of the new version fails where ${shownName(relation, column)} can't be computed: ${printExpression(expression)}`,
    );
  }
}

function describe({ groups, fills, replacements }: TableChange): string {
  return [
    ...groups.map(({ up, down }) => {
      const [left, right] = [down, up].map((side) =>
        side.map(({ column }) => displayName(column)).join(", "),
      );
      if (left === "") return `→ ${right ?? ""}`;
      return right === "" ? `${left ?? ""} ←` : `${left ?? ""} ⇄ ${right ?? ""}`;
    }),
    ...fills.map(({ column }) => `${displayName(column)} filled where null`),
    ...replacements.map(({ column, type }) => `${displayName(column)} → ${type}`),
  ].join("; ");
}

function orders(change: TableChange): number[] {
  const { added, dropped, renamed, replacements } = change;
  return [...added.values(), ...dropped.values(), ...renamed.values(), ...replacements].map(
    ({ order }) => order,
  );
}

function firstOrder(change: TableChange): number {
  return Math.min(...orders(change), Number.MAX_SAFE_INTEGER);
}
