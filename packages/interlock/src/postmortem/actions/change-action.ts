import type { Action, ChangeAction } from "../../api/actions.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { Failure } from "../../std/failure.ts";
import { actionOf, referenceOf } from "./action.ts";
import { findAction, lockOpenAction } from "./find-action.ts";

/**
 * Changes what an action says, whose it is, or when it is due; not what it puts into the gate, which somebody has read the
 * backtest of. A date that is moved is reminded of anew. Throws `Failure` "not-found", "forbidden", "already-ended", or
 * "conflict" where somebody changed it since it was read.
 */
export async function changeAction(
  { control }: { control: Control },
  { action, change, caller }: { action: string; change: ChangeAction; caller: Caller },
): Promise<Action> {
  return control.transact(async ({ query, audit, emit }) => {
    const row = await lockOpenAction(query, { action, caller });
    if (row.revision !== change.revision) {
      throw new Failure({
        code: "conflict",
        message: `Somebody changed ${referenceOf(row)} since you read it.`,
        why: `It is at revision ${String(row.revision)}; you read ${String(change.revision)}.`,
        state: "Nothing was changed.",
        next: `Read it and change it then: interlock action show ${referenceOf(row)}`,
      });
    }
    const { symptoms, texts, owner, dueAt, isPublic } = change;
    const isMoved = dueAt !== undefined && dueAt !== (row.due_at?.toISOString() ?? null);
    await query(
      `update interlock_control.actions
          set symptoms = coalesce($2::jsonb, symptoms), texts = coalesce($3::jsonb, texts), owner = coalesce($4::text, owner),
              due_at = case when $5::boolean then $6::timestamptz else due_at end,
              due_told_at = case when $5::boolean then null else due_told_at end,
              overdue_told_at = case when $5::boolean then null else overdue_told_at end,
              is_public = coalesce($7::boolean, is_public), revision = revision + 1
        where id = $1::text and state = 'open'`,
      [
        row.id,
        symptoms === undefined ? null : JSON.stringify(symptoms),
        texts === undefined ? null : JSON.stringify(texts),
        owner ?? null,
        isMoved,
        dueAt ?? null,
        isPublic ?? null,
      ],
    );
    const changed = actionOf(await findAction(query, row.id));
    const { environment } = row;
    const detail = { action: changed.reference, incident: row.incident_reference, ...change };
    audit({ actor: caller.owner, action: "action.change", environment, subject: row.id, detail });
    emit({
      kind: "action-changed",
      environment,
      subject: row.id,
      detail: { action: changed.reference, owner: changed.owner, dueAt: changed.dueAt },
    });
    return changed;
  });
}
