import type { Action, ActionRule, NewAction } from "../../api/actions.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { requireScope } from "../../access/require-scope.ts";
import { markIncidentIn } from "../../evidence/mark-incident.ts";
import { addRuleIn, checkUntil } from "../../gate/add-rule.ts";
import { backtest } from "../../gate/backtest.ts";
import { requireEnvironment, requireReach } from "../../gate/reach.ts";
import { readPastChanges } from "../../gate/read-past-changes.ts";
import { checkSchedule } from "../../gate/schedule/schedule.ts";
import { parseScope } from "../../gate/scope/parse-scope.ts";
import { printScope } from "../../gate/scope/print-scope.ts";
import { findIncident } from "../../incident/find-incident.ts";
import { referenceOf } from "../../incident/incident.ts";
import { Failure } from "../../std/failure.ts";
import { newId } from "../../std/new-id.ts";
import { actionOf } from "./action.ts";
import { findAction } from "./find-action.ts";
import { newRuleOf } from "./new-rule-of.ts";
import { pickText } from "./pick-text.ts";

/**
 * Proposes what is to be done about an incident. A block holds nothing back before somebody has read its backtest and
 * accepted it; a rule is proposed to the gate, and a second person accepts it. Throws `Failure` "not-found", "forbidden",
 * "input-not-valid", "scope-not-valid" or "schedule-not-valid".
 */
export async function proposeAction(
  { control }: { control: Control },
  { incident, action, caller }: { incident: string; action: NewAction; caller: Caller },
): Promise<Action> {
  checkRule(action);
  if (action.kind === "rule") requireScope(caller, "rule:write", "propose a rule");
  if (action.causedBy !== undefined) requireScope(caller, "incident:write", "say what caused an incident");
  return control.transact(async (transaction) => {
    const { query, audit, emit } = transaction;
    const found = await findIncident(query, incident);
    const { environment } = found;
    const reference = referenceOf(found);
    requireEnvironment(caller, environment);
    if (action.causedBy !== undefined) {
      await markIncidentIn(transaction, { change: action.causedBy, incident: reference, caller });
    }
    const [clock] = await query<{ at: Date }>("select clock_timestamp() as at");
    if (clock === undefined) throw new Error("a clock always says something");
    const draft = draftOf(action, { caller, at: clock.at });
    const isPermanent = action.kind === "rule" && draft !== null;
    const rule = isPermanent
      ? await addRuleIn(transaction, {
          rule: newRuleOf(draft, { reason: pickText(action.texts), incident: reference }),
          caller,
        })
      : null;
    const isBlock = draft !== null && rule === null;
    const tested = isBlock
      ? backtest({ kind: draft.kind, scope: draft.scope, settings: {} }, await readPastChanges(query))
      : (rule?.backtest ?? null);
    const id = newId("act");
    await query(
      `insert into interlock_control.actions
         (id, number, incident, kind, symptoms, texts, owner, due_at, is_public, draft, backtest, rule, created_by)
       values ($1::text, nextval('interlock_control.action_numbers'), $2::text, $3::text, $4::jsonb, $5::jsonb, $6::text,
               $7::timestamptz, $8::boolean, $9::jsonb, $10::jsonb, $11::text, $12::text)`,
      [
        id,
        found.id,
        action.kind,
        JSON.stringify(action.symptoms),
        JSON.stringify(action.texts),
        action.owner ?? caller.owner,
        action.dueAt,
        action.isPublic,
        draft === null ? null : JSON.stringify(draft),
        tested === null ? null : JSON.stringify(tested),
        rule?.id ?? null,
        caller.owner,
      ],
    );
    const proposed = actionOf(await findAction(query, id));
    const detail = {
      action: proposed.reference,
      incident: reference,
      kind: action.kind,
      owner: proposed.owner,
      dueAt: proposed.dueAt,
      rule: draft,
      backtest: tested?.digest ?? null,
    };
    audit({ actor: caller.owner, action: "action.propose", environment, subject: id, detail });
    emit({ kind: "action-proposed", environment, subject: id, detail });
    return proposed;
  });
}

function checkRule({ kind, rule }: NewAction): void {
  const isRight =
    kind === "task"
      ? rule === undefined
      : rule !== undefined && (rule.kind === "block") === (kind === "block");
  if (isRight) return;
  throw new Failure({
    code: "input-not-valid",
    message:
      kind === "task"
        ? "A task is done by people; it has no rule."
        : `A ${kind} needs what the gate is to hold it by.`,
    state: "Nothing was changed.",
    next:
      kind === "block"
        ? "Give its scope and its end: --scope 'order=split to=structure env=production' --until 2026-12-01T08:00:00Z"
        : "Give a kind of rule, its scope and its settings: --rule size-limit --scope 'env=*' --statements 20",
  });
}

/** The rule as it is kept: its scope in canonical words, and nothing that the gate would refuse later. */
function draftOf({ rule }: NewAction, { caller, at }: { caller: Caller; at: Date }): ActionRule | null {
  if (rule === undefined) return null;
  const scope = parseScope(rule.scope);
  requireReach(caller, scope);
  checkUntil(rule, at);
  if (rule.kind === "freeze") checkSchedule(rule.settings.schedule, at);
  return { ...rule, scope: printScope(scope) };
}
