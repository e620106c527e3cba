import { shownName } from "../names.ts";
import type { Constraint } from "../../catalog/table.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { cannotPlan } from "../cannot-plan.ts";
import { ddl, relationKey, sameRelation, type Draft } from "../draft.ts";
import { isRemade } from "../key-swap.ts";
import type { ChangeModel, Placement, TableChange } from "../model.ts";
import type { Operation } from "../operation.ts";
import type { Relation } from "../plan.ts";
import { partitionedUniqueDrafts } from "./partitioned-unique.ts";
import { remadeForeignKey } from "./remade-foreign-key.ts";
import { goesOver } from "./taken-over.ts";
import { uniqueSteps, type ConstraintSteps, type Where } from "./unique-steps.ts";

/** The constraints that an operation makes, by what PostgreSQL made of it when it ran on the shadow. */
export function constraintsOf(operation: Operation, change: TableChange, model: ChangeModel): Constraint[] {
  return newConstraints(change, model).filter(
    (constraint) => ownerOf(constraint, change, model.operations) === operation.index,
  );
}

/** Constraints that are there after the change and were not before, or not like this, or were made anew. */
function newConstraints(change: TableChange, model: ChangeModel): Constraint[] {
  const { before, after } = change;
  return (after?.constraints ?? []).filter(
    ({ name, kind, definition }) =>
      kind !== "not-null" &&
      !goesOver(name, change, model) &&
      (isRemade(name, change, model) ||
        !before.constraints.some((other) => other.name === name && other.definition === definition)),
  );
}

/** The operation that makes a constraint: by its name, else by its columns. Undefined where none says so. */
function ownerOf(
  constraint: Constraint,
  change: TableChange,
  operations: readonly Operation[],
): number | undefined {
  const key = relationKey(change.relation);
  const here = operations.filter((each) => "table" in each && relationKey(each.table) === key);
  const named = here.findLast((each) => each.kind === "add-constraint" && each.name === constraint.name);
  if (named !== undefined) return named.index;
  if (isRenaming(constraint, change)) return undefined;
  const byColumn = here.find(
    (each) =>
      each.kind === "add-column" && constraint.columns.includes(each.column) && inline(each, constraint),
  );
  const unnamed = here.find((each) => each.kind === "add-constraint" && each.name === undefined);
  return (byColumn ?? unnamed)?.index;
}

/** Whether it was there before under the same name and only its columns' names or types changed. */
function isRenaming(constraint: Constraint, { before, renamed, replacements }: TableChange): boolean {
  const touched =
    constraint.columns.some((name) => renamed.has(name)) ||
    replacements.some(({ column }) => constraint.columns.includes(column));
  return touched && before.constraints.some(({ name }) => name === constraint.name);
}

function inline(operation: Operation, { kind }: Constraint): boolean {
  const wanted = {
    check: "CONSTR_CHECK",
    foreign: "CONSTR_FOREIGN",
    unique: "CONSTR_UNIQUE",
    primary: "CONSTR_PRIMARY",
  };
  const text = "command" in operation ? JSON.stringify(operation.command) : "";
  return kind in wanted && text.includes(wanted[kind as keyof typeof wanted]);
}

/** Drafts for all constraints that an operation makes, tightened once the old version is gone. */
export function lateConstraints(
  operation: Operation,
  change: TableChange,
  model: ChangeModel,
  placement: Placement = "late",
): Draft[] {
  return constraintsOf(operation, change, model).flatMap((constraint) => {
    const where = placeOf(constraint, change, placement);
    const ofPartitions = indexed(constraint) && change.before.kind === "partitioned";
    if (constraint.kind === "exclusion" || (ofPartitions && constraint.kind === "primary")) {
      throw cannotPlan(operation, {
        what: `the constraint ${displayName(constraint.name)} can only be made while the table is locked against writes.`,
        next: "Add it in a change of its own, at a time when the table may be locked.",
      });
    }
    const order = operation.index;
    // What points to a table that is made anew changes over with it.
    const { referenced } = constraint;
    if (referenced !== null && model.rebuilds.some(({ relation }) => sameRelation(relation, referenced)))
      return [];
    if (isRemade(constraint.name, change, model))
      return remadeForeignKey({ constraint, change, order }, model, placement);
    if (ofPartitions) return partitionedUniqueDrafts({ constraint, change, where, order }, model);
    return indexed(constraint)
      ? uniqueSteps({
          constraint,
          change,
          where,
          order,
          mandatoryElsewhere: madeMandatory(change, model),
          usingIndex: operation.kind === "add-constraint" ? operation.usingIndex : undefined,
        })
      : checkedSteps({ constraint, change, where, order });
  });
}

/** Columns that are added or set NOT NULL, which has steps of its own. */
function madeMandatory({ relation, added }: TableChange, { operations }: ChangeModel): ReadonlySet<string> {
  const set = operations.flatMap((each) =>
    each.kind === "set-not-null" && sameRelation(each.table, relation) ? [each.column] : [],
  );
  return new Set([...added.keys(), ...set]);
}

const indexed = ({ kind }: Constraint): boolean => kind === "unique" || kind === "primary";

/**
 * Late unless told otherwise, or unless every column is new and only the new version writes it. Behind the
 * final step where it needs a name or a type that only that leaves.
 */
function placeOf(constraint: Constraint, change: TableChange, placement: Placement): Where {
  const mapped = new Set(change.groups.flatMap(({ up }) => up.map(({ column }) => column)));
  const onlyNew =
    constraint.columns.length > 0 &&
    constraint.columns.every((name) => change.added.has(name) && !mapped.has(name));
  const after = constraint.columns.some(
    (name) => change.renamed.has(name) || change.replacements.some(({ column }) => column === name),
  );
  if (after) {
    return {
      make: "contract",
      index: "indexAfter",
      constraint: "constraintAfter",
      prove: "contract",
      validate: "validateAfter",
    };
  }
  if (onlyNew && !indexed(constraint)) {
    return {
      make: "expand",
      index: "index",
      constraint: "constraint",
      prove: "migrate",
      validate: "validate",
    };
  }
  const phase = onlyNew || placement === "early" ? "migrate" : "contract";
  return { make: phase, index: "index", constraint: "constraint", prove: phase, validate: "validate" };
}

function checkedSteps({ constraint, change, where, order }: ConstraintSteps): Draft[] {
  const { relation } = change;
  const table = quoteQualified(relation.schema, relation.name);
  const own = quoteIdentifier(constraint.name);
  const relations: Relation[] = [relation, ...referencedBy(constraint, relation)];
  const title = `${shownName(relation)}: ${constraint.kind === "foreign" ? "foreign key" : "check"} ${displayName(constraint.name)}`;
  const unproved = / NOT (VALID|ENFORCED)$/.test(constraint.definition);
  const drafts: Draft[] = [
    {
      phase: where.make,
      slot: where.constraint,
      order,
      ...(constraint.kind === "foreign" ? {} : { merge: `constraints ${relationKey(relation)}` }),
      step: ddl({
        title,
        relations,
        lock: constraint.kind === "foreign" ? "ShareRowExclusiveLock" : "AccessExclusiveLock",
        statements: [
          `alter table ${table} add constraint ${own} ${constraint.definition}${unproved ? "" : " not valid"}`,
        ],
        undo: [`alter table ${table} drop constraint if exists ${own}`],
      }),
    },
  ];
  if (unproved) return drafts;
  const violation = violationOf(constraint, change);
  const updated = constraint.columns.some((name) => change.updatedLate.has(name));
  if (violation !== undefined && !updated && where.make === "contract" && where.constraint === "constraint") {
    drafts.push({
      phase: "migrate",
      slot: "verify",
      order,
      step: {
        kind: "verify",
        title: `every row fits ${displayName(constraint.name)}`,
        relations,
        lock: "AccessShareLock",
        undo: null,
        relation,
        violation,
        message: `Rows do not fit ${displayName(constraint.name)}, ${constraint.definition}. Correct them, then resume.`,
      },
    });
  }
  drafts.push({
    phase: where.prove,
    slot: where.validate,
    order,
    step: {
      kind: "validate",
      title: `${title}: read every row once`,
      relations,
      lock: "ShareUpdateExclusiveLock",
      undo: null,
      statement: `alter table ${table} validate constraint ${own}`,
    },
  });
  return drafts;
}

function referencedBy({ referenced }: Constraint, relation: Relation): Relation[] {
  if (referenced === null || (referenced.schema === relation.schema && referenced.name === relation.name))
    return [];
  return [{ schema: referenced.schema, name: referenced.name }];
}

/** SQL that is true where a row offends a constraint. */
function violationOf(constraint: Constraint, { relation }: TableChange): string | undefined {
  if (constraint.kind === "check") {
    const inside = /^CHECK \((.*)\)(?: NO INHERIT)?$/s.exec(constraint.definition)?.[1];
    return inside === undefined ? undefined : `not (${inside})`;
  }
  const { referenced, columns } = constraint;
  if (constraint.kind !== "foreign" || referenced === null || / MATCH FULL/.test(constraint.definition))
    return undefined;
  const outer = (name: string): string => `${quoteIdentifier(relation.name)}.${quoteIdentifier(name)}`;
  const target = quoteQualified(referenced.schema, referenced.name);
  const equal = columns.map(
    (name, at) => `interlock_referenced.${quoteIdentifier(referenced.columns[at] ?? "")} = ${outer(name)}`,
  );
  return `${columns.map((name) => `${outer(name)} is not null`).join(" and ")} and not exists (select from ${target} as interlock_referenced where ${equal.join(" and ")})`;
}
