import { displayName, quoteIdentifier } from "../sql/quote.ts";
import { refuseAmbiguousDefaults } from "./ambiguous-default.ts";
import { ddl, relationKey, type Draft } from "./draft.ts";
import { hasQuery, neverRaises, printExpression } from "./expression.ts";
import type { ChangeModel, Mapping, TableChange } from "./model.ts";
import { shownName } from "./names.ts";
import { mayRaise } from "./raising.ts";
import { refuseUnsynced } from "./refuse-unsynced.ts";
import { isSetByUpdate } from "./set-by-update.ts";
import { backfill } from "./steps/backfill.ts";
import { createSync, dropSync, needsSync } from "./sync-function.ts";

/** The trigger of a table, the filling of what it keeps up to date, and its end. */
export function syncDrafts(change: TableChange, model: ChangeModel, others: readonly Draft[]): Draft[] {
  if (!needsSync(change)) return [];
  const { relation } = change;
  refuseUnsynced(change, model);
  const newVersions = model.new.filter((version) => !model.old.includes(version));
  refuseAmbiguousDefaults(change, newVersions);
  noteMappings(change, model);
  const facts = { newVersions, conflicts: model.conflictTargets.has(relationKey(relation)) };
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
        statements: createSync(change, facts),
        undo: dropSync(change, facts),
      }),
    },
    ...change.groups.flatMap((group) => fillGroup(change, group, model)),
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
      step: ddl({
        title: "drop the sync",
        relations: [relation],
        statements: dropSync(change, facts),
        undo: null,
      }),
    },
  ];
}

function fillGroup(change: TableChange, group: TableChange["groups"][number], model: ChangeModel): Draft[] {
  // A renamed column's copy is filled by the rename's own steps, a hidden one by those of its type.
  const up = group.up.filter(
    ({ column }) =>
      !change.renamed.has(column) && !change.replacements.some(({ hidden }) => hidden === column),
  );
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
      silent: !isSetByUpdate(
        model,
        change.relation,
        up.map(({ column }) => column),
      ),
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
  for (const { column, expression, isTotal } of groups.flatMap(({ down }) => down)) {
    if (isTotal === true || neverRaises(expression)) continue;
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
    ...replacements
      .filter(({ twin }) => twin === undefined)
      .map(({ column, type }) => `${displayName(column)} → ${type}`),
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
