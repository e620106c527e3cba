import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import { syncOffSetting } from "../backfill-sql.ts";
import { columnsOf, type Expression } from "../expression.ts";
import { moveTriggerName, temporaryName } from "../names.ts";
import type { Relation } from "../plan.ts";
import { childBody, lockBody } from "./child-function.ts";
import type { Move } from "./move.ts";
import { parentBody, type Versions } from "./parent-function.ts";
import { anyDiffers, quoted } from "./row-of.ts";

const functions = ["down", "up", "lock"] as const;
type Role = (typeof functions)[number];

/** The statements that put the triggers of a move on both tables. */
export function createMoveSync(move: Move, versions: Versions): string[] {
  return [
    "create schema if not exists interlock",
    createFunction(move, "down", parentBody(move, versions)),
    createFunction(move, "up", childBody(move)),
    createFunction(move, "lock", lockBody(move)),
    ...triggersOf(move).flatMap(({ table, name, definition }) => [
      definition,
      // A session that applies changes from elsewhere (session_replication_role = replica) writes rows as well.
      `alter table ${quoted(table)} enable always trigger ${quoteIdentifier(name)}`,
    ]),
  ];
}

/** The statements that take them away again. */
export function dropMoveSync(move: Move): string[] {
  return [
    ...triggersOf(move).map(({ table, name }) => `drop trigger ${quoteIdentifier(name)} on ${quoted(table)}`),
    ...functions.map((role) => `drop function ${functionName(move, role)}()`),
  ];
}

interface Trigger {
  table: Relation;
  name: string;
  definition: string;
}

/**
 * All but one fire after the statement's own work on the table, so that a statement which writes both tables at once
 * is seen whole. What a trigger itself writes fires none of them again.
 */
function triggersOf(move: Move): Trigger[] {
  const { parent, child } = move;
  const make = (table: Relation, role: Role, events: string, condition?: string): Trigger => {
    const name = moveTriggerName(table, `${role} ${events}`);
    const each = events.endsWith("truncate") ? "statement" : "row";
    const aside = `current_setting(${quoteLiteral(syncOffSetting)}, true) is distinct from 'off'`;
    const when = condition === undefined ? aside : `${aside} and (${condition})`;
    return {
      table,
      name,
      definition: `create trigger ${quoteIdentifier(name)} ${events} on ${quoted(table)} for each ${each} when (${when}) execute function ${functionName(move, role)}()`,
    };
  };
  return [
    make(parent, "down", "after insert or delete"),
    make(parent, "down", "after update", changedOfParent(move)),
    make(parent, "down", "after truncate"),
    make(child, "up", "after insert or delete"),
    make(child, "up", "after update", changedOfChild(move)),
    make(child, "up", "after truncate"),
    // The parent's row first, as a writer of the parent has it first: else the two could wait for each other.
    make(child, "lock", "before insert"),
  ];
}

function changedOfParent({ parent, key, toChild, toParent, present }: Move): string {
  return changed(parent, {
    known: [...key.map((pair) => ({ column: pair.parent, type: pair.type })), ...toParent],
    read: [...toChild.map(({ expression }) => expression), ...(present === undefined ? [] : [present])],
  });
}

function changedOfChild({ child, key, toParent, toChild, among }: Move): string {
  return changed(child, {
    known: [...key.map((pair) => ({ column: pair.child, type: pair.type })), ...toChild],
    read: [...toParent.map(({ expression }) => expression), ...(among === undefined ? [] : [among])],
  });
}

/** SQL: that an update changed a column which counts. Those whose type isn't known are compared by what they print. */
function changed(
  { name }: Relation,
  { known, read }: { known: readonly { column: string; type: string }[]; read: readonly Expression[] },
): string {
  const names = new Set([
    ...known.map(({ column }) => column),
    ...read.flatMap((expression) => [...columnsOf(expression, { table: name })]),
  ]);
  const columns = [...names].map((column) => ({
    column,
    type: known.find((each) => each.column === column)?.type ?? "json",
  }));
  return anyDiffers(columns, { left: "new", right: "old" });
}

function createFunction(move: Move, role: Role, body: string): string {
  const path = [...new Set(["pg_catalog", move.parent.schema, move.child.schema, "public", "pg_temp"])]
    .map(quoteIdentifier)
    .join(", ");
  const mark = body.includes("$interlock$") ? "$interlock_move$" : "$interlock$";
  // As its owner, who owns both tables: who may write one of them need not know the other.
  return `create function ${functionName(move, role)}() returns trigger language plpgsql security definer set search_path = ${path} as ${mark}
#variable_conflict use_column
${body}
${mark}`;
}

function functionName({ parent, child, order }: Move, role: Role): string {
  return quoteQualified("interlock", temporaryName(role, parent, child.schema, child.name, String(order)));
}
