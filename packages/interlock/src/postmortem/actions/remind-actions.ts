import { setTimeout as sleep } from "node:timers/promises";
import type { Control } from "../../control/control.ts";
import type { Work } from "../../control/work.ts";

/** How often the leader looks. */
const everyMs = 30_000;

/** Tells owners of actions that are due within two days, of those that are overdue, and of blocks that are about to end. */
export function remindActionsWork({ control }: { control: Control }): Work {
  return {
    name: "remind of actions",
    async run(signal) {
      while (!signal.aborted) {
        await remindActions({ control }, new Date());
        await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/**
 * One look at a moment: each thing is told once, by whichever of several servers marks it. A block whose end has come has
 * done what it was for, and so its action is done.
 */
export async function remindActions({ control }: { control: Control }, at: Date): Promise<number> {
  return control.transact(async ({ query, audit, emit }) => {
    let told = 0;
    for (const { sql, kind, verb, what } of looks) {
      for (const row of await query<Row>(sql, [at])) {
        told += 1;
        const { id: subject, environment } = row;
        const detail = {
          action: `ACT-${row.number}`,
          incident: row.reference,
          kind: row.kind,
          owner: row.owner,
          texts: row.texts,
          what,
          at: row.at.toISOString(),
        };
        audit({ actor: "interlock", action: `action.${verb}`, environment, subject, detail });
        emit({ kind, environment, subject, detail });
      }
    }
    return told;
  });
}

interface Row {
  id: string;
  number: string;
  environment: string;
  reference: string;
  kind: string;
  owner: string;
  texts: object;
  at: Date;
}

const answer = `returning a.id, a.number, i.environment, 'INC-' || i.number as reference, a.kind, a.owner, a.texts`;

const looks: readonly { sql: string; kind: string; verb: string; what: "due" | "expiry" }[] = [
  {
    kind: "action-due-soon",
    verb: "due-soon",
    what: "due",
    sql: `update interlock_control.actions a set due_told_at = $1::timestamptz
      from interlock_control.incidents i
     where i.id = a.incident and a.state = 'open' and a.due_told_at is null
       and a.due_at > $1::timestamptz and a.due_at <= $1::timestamptz + interval '2 days'
     ${answer}, a.due_at as at`,
  },
  {
    kind: "action-overdue",
    verb: "overdue",
    what: "due",
    sql: `update interlock_control.actions a set overdue_told_at = $1::timestamptz
      from interlock_control.incidents i
     where i.id = a.incident and a.state = 'open' and a.overdue_told_at is null and a.due_at <= $1::timestamptz
     ${answer}, a.due_at as at`,
  },
  {
    // The gate itself tells of every rule a day before; the owner of an action has time to look for another way.
    kind: "action-due-soon",
    verb: "expires-soon",
    what: "expiry",
    sql: `update interlock_control.actions a set expiry_told_at = $1::timestamptz
      from interlock_control.incidents i, interlock_control.rules r
     where i.id = a.incident and r.id = a.rule and a.state = 'open' and a.expiry_told_at is null
       and r.state = 'in-force' and r.expires_at > $1::timestamptz
       and r.expires_at <= $1::timestamptz + interval '2 days'
     ${answer}, r.expires_at as at`,
  },
  {
    kind: "action-done",
    verb: "expired",
    what: "expiry",
    sql: `update interlock_control.actions a
        set state = 'done', ended_at = $1::timestamptz, ended_by = 'interlock', ended_reason = 'its end has come',
            revision = a.revision + 1
      from interlock_control.incidents i, interlock_control.rules r
     where i.id = a.incident and r.id = a.rule and a.kind = 'block' and a.state = 'open'
       and r.state = 'in-force' and r.expires_at <= $1::timestamptz
     ${answer}, r.expires_at as at`,
  },
];
