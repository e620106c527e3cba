import { quoteIdentifier } from "../../sql/quote.ts";
import { ddl, relationKey, sameRelation, type Draft } from "../draft.ts";
import { printExpression } from "../expression.ts";
import type { ChangeModel } from "../model.ts";
import { shownName } from "../names.ts";
import type { CopyStep } from "../plan.ts";
import type { Given, Move } from "./move.ts";
import { dropStepOf } from "../operations/drop-table.ts";
import { createMoveSync, dropMoveSync } from "./move-sync.ts";
import { moveVerifications, onlyOneVerification } from "./move-verifications.ts";
import { inOrder, quoted, rowsOf } from "./row-of.ts";

/** The triggers between two tables, the copy of what is there, the comparison of both, and the end of the triggers. */
export function moveDrafts(move: Move, model: ChangeModel): Draft[] {
  const { parent, child, order, toParent } = move;
  const relations = [parent, child].filter((relation) => model.tables.has(relationKey(relation)));
  const drop = model.operations.find(
    (each) => each.kind === "drop-table" && each.tables.some((table) => sameRelation(table, child)),
  );
  noteMove(move, model);
  return [
    ...(move.old === "child" && !move.childIsUnique
      ? [{ phase: "expand", slot: "shape", order: -1, step: onlyOneVerification(move) } as const]
      : []),
    {
      phase: "expand",
      slot: "sync",
      order,
      step: ddl({
        title: `sync ${shownName(parent)} ⇄ ${shownName(child)}: ${toParent.map(({ column }) => column).join(", ")}`,
        relations,
        lock: "ShareRowExclusiveLock",
        statements: createMoveSync(move, {
          newVersions: model.new.filter((version) => !model.old.includes(version)),
          oldVersions: model.old.filter((version) => !model.new.includes(version)),
        }),
        undo: dropMoveSync(move),
      }),
    },
    {
      phase: "migrate",
      slot: "backfill",
      order,
      step: { ...copyOf(move), kind: "copy", relations, lock: "RowExclusiveLock", undo: null },
    },
    ...(["migrate", "contract"] as const).flatMap((phase) =>
      moveVerifications(move, phase).map((step): Draft => ({ phase, slot: "verify", order, step })),
    ),
    {
      phase: "contract",
      slot: "final",
      // Before anything that either table loses, or together with the table.
      ...(drop === undefined ? { order: -0.5 } : { order: drop.index - 0.25, merge: dropStepOf(drop) }),
      step: ddl({
        title: `drop the sync of ${shownName(parent)} and ${shownName(child)}`,
        relations,
        statements: dropMoveSync(move),
        undo: null,
      }),
    },
  ];
}

function copyOf(move: Move): Omit<CopyStep, "id" | "kind" | "relations" | "lock" | "undo"> {
  const { parent, child, key, toChild, toParent, present, among } = move;
  if (move.old === "parent") {
    return {
      title: `copy ${shownName(parent)} into ${shownName(child)}`,
      relation: parent,
      key: move.parentKey,
      target: child,
      columns: values(toChild),
      match: key.map((pair) => pair.child),
      matchIsUnique: move.childIsUnique,
      how: "insert",
      overriding: move.overriding,
      where: present === undefined ? null : printExpression(present),
    };
  }
  const repeated = key.map((pair) => ({
    column: pair.parent,
    expression: `${quoteIdentifier(child.name)}.${quoteIdentifier(pair.child)}`,
  }));
  return {
    title: `copy ${shownName(child)} into ${shownName(parent)}`,
    relation: child,
    key: move.childKey,
    target: parent,
    columns: [...repeated, ...values(toParent)],
    match: key.map((pair) => pair.parent),
    matchIsUnique: true,
    how: "update",
    overriding: false,
    where: among === undefined ? null : printExpression(among),
  };
}

function values(given: readonly Given[]): CopyStep["columns"] {
  return given.map(({ column, expression }) => ({ column, expression: printExpression(expression) }));
}

/** What a user must know, and what goes with a rollback. */
function noteMove(move: Move, model: ChangeModel): void {
  const { parent, child } = move;
  if (move.old === "parent" && !move.childIsUnique) {
    model.notes.push(
      `Where the new version gives a row of ${shownName(parent)} several of ${shownName(child)}, the old version sees and changes the first one by its key.`,
    );
    const own = quoteIdentifier(child.name);
    model.losses.push({
      when: "rollback",
      kind: "goes",
      what: `A rollback drops all rows of ${shownName(child)} but the first for each row of ${shownName(parent)}.`,
      table: child,
      column: null,
      rows: `${own}.ctid <> (select interlock_it.ctid from ${quoted(child)} as interlock_it where ${rowsOf(move, { of: "child", as: "interlock_it", row: own, from: "child" })}${inOrder(move, "interlock_it.")} limit 1)`,
    });
  }
  model.notes.push(
    `Two transactions that write the same row at the same moment, one in ${shownName(parent)} and the other in ${shownName(child)}, can wait for each other; PostgreSQL then ends one of them with 40P01.`,
  );
}
