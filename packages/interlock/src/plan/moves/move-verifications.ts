import { quoteIdentifier } from "../../sql/quote.ts";
import { differs } from "../differs.ts";
import { columnsOf, printExpression, type Expression } from "../expression.ts";
import { shownName } from "../names.ts";
import type { PhaseName, Relation, VerifyStep } from "../plan.ts";
import type { Given, Move } from "./move.ts";
import { isPlain, itemsOf } from "./over-table.ts";
import { andFirst, anyDiffers, orDefault, quoted, rowsOf } from "./row-of.ts";

type Verification = Omit<VerifyStep, "id">;

/** That no row of either table is missing or different in the other one. */
export function moveVerifications(move: Move, phase: PhaseName): Verification[] {
  const { present, old, among, toParent } = move;
  // Whether a row of the child is there may depend on what the new version does with the parent alone.
  const decided = old === "child" || (present !== undefined && onlyMoved(move, present));
  return [
    ...(among === undefined && (phase === "migrate" || decided) ? [parentIsInChild(move)] : []),
    ...(toParent.length === 0 ? [] : [childIsInParent(move)]),
  ];
}

function parentIsInChild(move: Move): Verification {
  const { parent, child, key, present } = move;
  const it = quoteIdentifier(child.name);
  const there = present === undefined ? "" : `(${printExpression(present)}) and `;
  const at = key.map(
    (pair) => `${it}.${quoteIdentifier(pair.child)} = interlock_given.${quoteIdentifier(pair.child)}`,
  );
  const others = compared(move).filter(({ column }) => !key.some((pair) => pair.child === column));
  const forward = others.length === 0 ? "false" : anyDiffers(others, { left: it, right: "interlock_given" });
  const back = differsFromChild(move, { parent: quoteIdentifier(parent.name) });
  return verification(move, parent, {
    title: `every row of ${shownName(parent)} is in ${shownName(child)}`,
    violation: `${there}not exists (select from (select ${itemsOf(compared(move))}) as interlock_given join ${quoted(child)} as ${it} on ${at.join(" and ")} where not (${either(move, { forward, back })}))`,
  });
}

function childIsInParent(move: Move): Verification {
  const { parent, child, toParent, among } = move;
  const own = quoteIdentifier(child.name);
  const it = quoteIdentifier(parent.name);
  const at = rowsOf(move, { of: "parent", as: it, row: own, from: "child" });
  const which = `${among === undefined ? "true" : `(${printExpression(among)})`}${andFirst(move, { row: own, from: "child" })}`;
  const back = toParent
    .map((each) =>
      differs(
        `${it}.${quoteIdentifier(each.column)}`,
        orDefault(each, `interlock_given.${quoteIdentifier(each.column)}`),
        each.type,
      ),
    )
    .join(" or ");
  const forward = compared(move)
    .map(({ column, type, expression }) =>
      differs(`${own}.${quoteIdentifier(column)}`, `(${printExpression(expression)})`, type),
    )
    .join(" or ");
  return verification(move, child, {
    title: `every row of ${shownName(child)} is in ${shownName(parent)}`,
    violation: `${which} and exists (select from (select ${itemsOf(toParent)}) as interlock_given join ${quoted(parent)} as ${it} on ${at} where ${either(move, { forward, back })})`,
  });
}

/** What the parent keeps goes its own way in the child once the new version writes it. */
function compared(move: Move): Given[] {
  return move.toChild.filter(
    ({ column, expression }) =>
      move.key.some((pair) => pair.child === column) || move.old === "child" || readsMoved(move, expression),
  );
}

/** SQL: that the parent's columns are not what a row of the child, by its table's name, says. */
function differsFromChild({ toParent }: Move, { parent }: { parent: string }): string {
  if (toParent.length === 0) return "false";
  return toParent
    .map((each) =>
      differs(
        `${parent}.${quoteIdentifier(each.column)}`,
        orDefault(each, `(${printExpression(each.expression)})`),
        each.type,
      ),
    )
    .join(" or ");
}

/**
 * Where a mapping takes something away ("Ulm" and "ulm" are both "ulm"), a row is in order when either side follows
 * from the other: it depends on which of them was written.
 */
function either({ toChild, toParent }: Move, { forward, back }: { forward: string; back: string }): string {
  const isExact =
    [...toChild, ...toParent].every(({ expression }) => isPlain(expression)) &&
    !toParent.some((each) => each.notNull && each.default !== null);
  return isExact ? `${forward === "false" ? back : forward}` : `(${forward}) and (${back})`;
}

function verification(
  { parent, child }: Move,
  relation: Relation,
  facts: { title: string; violation: string },
): Verification {
  return {
    kind: "verify",
    relations: [parent, child],
    lock: "AccessShareLock",
    undo: null,
    relation,
    message: `${shownName(parent)} and ${shownName(child)} differ for these rows: something writes them past the sync's triggers, or a row can't be carried over. Find it, then resume.`,
    ...facts,
  };
}

/** Several rows for one can't go into its columns: they are counted before anything is changed. */
export function onlyOneVerification(move: Move): Verification {
  const { child, parent, key, childKey } = move;
  const own = quoteIdentifier(child.name);
  const same = key.map(
    (pair) => `interlock_other.${quoteIdentifier(pair.child)} = ${own}.${quoteIdentifier(pair.child)}`,
  );
  const columns = childKey.length === 0 ? ["ctid"] : childKey.map(quoteIdentifier);
  const other = `(${columns.map((name) => `interlock_other.${name}`).join(", ")}) is distinct from (${columns.map((name) => `${own}.${name}`).join(", ")})`;
  const rows =
    move.among === undefined
      ? quoted(child)
      : `(select * from ${quoted(child)} as ${quoteIdentifier(child.name)} where ${printExpression(move.among)})`;
  const which = move.among === undefined ? "" : `(${printExpression(move.among)}) and `;
  return {
    ...verification(move, child, {
      title: `no row of ${shownName(parent)} has several of ${shownName(child)}`,
      violation: `${which}exists (select from ${rows} as interlock_other where ${same.join(" and ")} and ${other})`,
    }),
    message: `A row of ${shownName(parent)} can keep one row of ${shownName(child)} only. Say in the migration's WHERE which one it is, or delete the others, and ship again.`,
  };
}

function readsMoved({ parent, toParent }: Move, expression: Expression): boolean {
  const read = columnsOf(expression, { table: parent.name });
  return toParent.some(({ column }) => read.has(column));
}

function onlyMoved({ parent, toParent }: Move, expression: Expression): boolean {
  return [...columnsOf(expression, { table: parent.name })].every((name) =>
    toParent.some(({ column }) => column === name),
  );
}
