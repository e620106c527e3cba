import { shownName } from "../names.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, sameRelation, type Draft } from "../draft.ts";
import { stringAt } from "../tree.ts";
import type { DropConstraint } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import {
  losesUniqueness,
  guardGone,
  hasDouble,
  uniquenessNeeded,
  uniquenessStays,
} from "../lost-uniqueness.ts";
import { buildConcurrently } from "../steps/index-draft.ts";
import { plainIndexDrafts } from "../steps/plain-index.ts";
import { addUsingIndex, commentOnConstraint } from "../steps/constraint-sql.ts";
import { constraintProof } from "../steps/undo-proof.ts";
import { isRemade } from "../key-swap.ts";
import type { Constraint, Index } from "../../catalog/table.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import type { Relation } from "../plan.ts";
import { goesOver } from "../steps/taken-over.ts";
import { interimCheckDrafts, replacedCheck } from "../steps/interim-check.ts";
import { printCommand } from "../print-command.ts";

/** What a constraint refuses the new version may already write, so it goes first, unless the old one needs it. */
export const dropConstraint = operationKind<DropConstraint>({
  kind: "drop-constraint",
  title: "A constraint is dropped, or replaced",
  fromCommand(subtype, command) {
    const name = stringAt(command, "name");
    return subtype !== "AT_DropConstraint" || name === undefined
      ? undefined
      : { kind: "drop-constraint", name };
  },
  draft(operation, { model, placement }) {
    const { table, name } = operation;
    const change = model.tables.get(relationKey(table));
    const before = change?.before.constraints.find((each) => each.name === name);
    if (change === undefined || before === undefined || isRemade(name, change, model)) return [];
    if (goesOver(name, change, model)) return [];
    const check = placement === undefined ? replacedCheck(name, change) : undefined;
    if (check !== undefined) return interimCheckDrafts(check, change, operation.index);
    // Rows are told apart by a primary key until another one can take its place.
    const early = (placement ?? (before.kind === "primary" ? "late" : "early")) === "early";
    const referenced =
      before.referenced === null ? [] : [{ schema: before.referenced.schema, name: before.referenced.name }];
    const index = change.before.indexes.find(({ constraint }) => constraint === name);
    const lost = index !== undefined && losesUniqueness(index, change, model) ? index : undefined;
    if (lost !== undefined && !early) {
      // What tells rows apart is rarely written twice on purpose: there it is for people to say.
      if (before.kind !== "primary") throw uniquenessNeeded(operation, { index: lost, change, model });
      model.notes.push(uniquenessStays(lost, change, model));
    }
    if (early)
      model.losses.push(
        guardGone(name, table, index?.unique === true ? hasDouble(index, table) : offending(before)),
      );
    const proof = constraintProof(change.before, before);
    const behind = early ? indexBehind(before, change) : undefined;
    const own =
      behind === undefined
        ? `alter table ${quoteQualified(table.schema, table.name)} add constraint ${quoteIdentifier(name)} ${before.definition}`
        : addUsingIndex(table, before, name);
    return [
      ...(lost === undefined ? [] : plainIndexDrafts(lost, change, operation.index)),
      {
        phase: early ? "expand" : "contract",
        slot: early ? "shape" : "final",
        order: operation.index,
        ...(early ? {} : { merge: `final ${relationKey(table)}` }),
        step: ddl({
          title: `${shownName(table)}: drop ${displayName(name)}`,
          relations: [table, ...referenced, ...pointingTo(before, change, model)],
          statements: [printCommand(operation)],
          undo: early
            ? [...(proof === undefined ? [own] : []), ...commentOnConstraint(change.before, before)]
            : null,
          undoProofs: early && proof !== undefined ? [proof] : [],
        }),
      },
      ...(behind === undefined ? [] : [indexGone(behind, change, operation.index)]),
    ];
  },
});

/** The index of a unique constraint, where it can be built beside running writes. */
function indexBehind({ name, kind }: Constraint, { before }: TableChange): Index | undefined {
  if (kind !== "unique" || before.kind === "partitioned") return undefined;
  return before.indexes.find(({ constraint }) => constraint === name);
}

/** The index has gone with its constraint: nothing is left to do but on the way back, where it is built before it. */
function indexGone(index: Index, { relation }: TableChange, order: number): Draft {
  return {
    phase: "expand",
    slot: "shape",
    order: order + 0.1,
    step: {
      kind: "index",
      title: `${shownName(relation)}: the index of ${displayName(index.name)} is gone with it`,
      relations: [relation],
      lock: "ShareUpdateExclusiveLock",
      undo: [buildConcurrently(index)],
      statement: `drop index concurrently if exists ${quoteQualified(relation.schema, index.name)}`,
      index: { schema: relation.schema, name: index.name },
    },
  };
}

/** A check's own condition says which rows offend; rows without a partner can't be told row by row. */
function offending({ kind, definition }: Constraint): string | null {
  const [, condition] =
    kind === "check" ? (/^CHECK \((.*)\)(?: NO INHERIT)?(?: NOT VALID)?$/s.exec(definition) ?? []) : [];
  return condition === undefined ? null : `(${condition}) is false`;
}

/** Tables with foreign keys that go with a key (CASCADE), under a lock on them as well. */
function pointingTo({ columns }: Constraint, { relation }: TableChange, { tables }: ChangeModel): Relation[] {
  const own = JSON.stringify(columns.toSorted());
  return [...tables.values()].flatMap((other) =>
    !sameRelation(other.relation, relation) &&
    other.before.constraints.some(
      ({ referenced }) =>
        referenced !== null &&
        sameRelation(referenced, relation) &&
        JSON.stringify(referenced.columns.toSorted()) === own,
    )
      ? [other.relation]
      : [],
  );
}
