import type { Action } from "../../api/actions.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control, Transaction } from "../../control/control.ts";
import { acceptRuleIn } from "../../gate/accept-rule.ts";
import { addRuleIn } from "../../gate/add-rule.ts";
import { backtest } from "../../gate/backtest.ts";
import { requireReach } from "../../gate/reach.ts";
import { readPastChanges } from "../../gate/read-past-changes.ts";
import { parseScope } from "../../gate/scope/parse-scope.ts";
import { Failure } from "../../std/failure.ts";
import { actionOf, referenceOf, type ActionRow } from "./action.ts";
import { findAction, lockOpenAction } from "./find-action.ts";
import { newRuleOf } from "./new-rule-of.ts";
import { pickText } from "./pick-text.ts";

/**
 * Brings a block or a rule into force, for exactly the backtest that was read: where changes have happened since, the new
 * backtest is kept and has to be read first. A rule that stays is not accepted by whoever proposed it. Throws `Failure`
 * "not-found", "forbidden", "already-ended", "conflict", "own-rule" or "input-not-valid".
 */
export async function acceptAction(
  { control }: { control: Control },
  { action, digest, caller }: { action: string; digest: string; caller: Caller },
): Promise<Action> {
  const outcome = await control.transact(async (transaction) => {
    const { query, audit, emit } = transaction;
    const row = await lockOpenAction(query, { action, caller });
    const rule = await bringIntoForce(transaction, { row, digest, caller });
    if (rule === undefined) return undefined;
    await query(
      `update interlock_control.actions
          set rule = $2::text, accepted_at = clock_timestamp(), accepted_by = $3::text, revision = revision + 1,
              backtest = (select backtest from interlock_control.rules where id = $2::text)
        where id = $1::text and state = 'open'`,
      [row.id, rule, caller.owner],
    );
    const accepted = actionOf(await findAction(query, row.id));
    const { environment, incident_reference: incident } = row;
    const detail = { action: accepted.reference, incident, kind: row.kind, rule, backtest: digest };
    audit({ actor: caller.owner, action: "action.accept", environment, subject: row.id, detail });
    emit({ kind: "action-accepted", environment, subject: row.id, detail });
    return accepted;
  });
  if (outcome === undefined) throw otherBacktest(action);
  return outcome;
}

/** The id of the rule that is in force then; undefined where its backtest is another one by now, which is kept. */
async function bringIntoForce(
  transaction: Transaction,
  { row, digest, caller }: { row: ActionRow; digest: string; caller: Caller },
): Promise<string | undefined> {
  const { query } = transaction;
  const { draft, rule, kind } = row;
  if (draft === null) throw nothingToAccept(row);
  if (row.accepted_at !== null) throw inForceAlready(row);
  if (kind === "rule" && rule !== null) {
    const accepted = await acceptRuleIn(transaction, { rule, digest, caller });
    if (accepted === undefined) {
      await query(
        `update interlock_control.actions
            set backtest = (select backtest from interlock_control.rules where id = $2::text) where id = $1::text`,
        [row.id, rule],
      );
    }
    return accepted?.id;
  }
  requireReach(caller, parseScope(draft.scope));
  const tested = backtest(
    { kind: draft.kind, scope: draft.scope, settings: {} },
    await readPastChanges(query),
  );
  if (tested.digest !== digest) {
    await query("update interlock_control.actions set backtest = $2::jsonb where id = $1::text", [
      row.id,
      JSON.stringify(tested),
    ]);
    return undefined;
  }
  const added = await addRuleIn(transaction, {
    rule: newRuleOf(draft, { reason: pickText(row.texts), incident: row.incident_reference }),
    caller,
  });
  return added.id;
}

function nothingToAccept(row: ActionRow): Failure {
  return new Failure({
    code: "input-not-valid",
    message: `${referenceOf(row)} is a task: there is nothing for the gate in it.`,
    state: "Nothing was changed.",
    next: `When it is done: interlock action done ${referenceOf(row)} --reason '…'`,
  });
}

function inForceAlready(row: ActionRow): Failure {
  return new Failure({
    code: "conflict",
    message: `${referenceOf(row)} was accepted already, by ${row.accepted_by ?? "somebody"}.`,
    state: `Its rule is ${row.rule ?? ""}; nothing was changed.`,
    next: `See it: interlock action show ${referenceOf(row)}`,
  });
}

function otherBacktest(action: string): Failure {
  return new Failure({
    code: "conflict",
    message: `The backtest of ${action} is another one by now.`,
    why: "Changes were pushed, rehearsed, or found to have caused an incident, since it was made.",
    state: "Nothing is in force; its backtest was made anew.",
    next: `Read it and accept it then: interlock action show ${action}`,
  });
}
