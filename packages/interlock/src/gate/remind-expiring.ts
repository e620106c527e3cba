import { setTimeout as sleep } from "node:timers/promises";
import type { Control } from "../control/control.ts";
import type { Work } from "../control/work.ts";

/** How often the leader looks. A rule ends at its moment whether anybody looks or not. */
const everyMs = 30_000;

/** Tells of rules that expire within a day and of those that have, each once. */
export function remindExpiringWork({ control }: { control: Control }): Work {
  return {
    name: "remind of rules that expire",
    async run(signal) {
      while (!signal.aborted) {
        await remindExpiring({ control }, new Date());
        await sleep(everyMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/** One look at a moment. Safe on several servers at once: whoever marks a rule tells of it. */
export async function remindExpiring({ control }: { control: Control }, at: Date): Promise<number> {
  return control.transact(async ({ query, audit, emit }) => {
    const soon = await query<Row>(soonSql, [at]);
    const over = await query<Row>(overSql, [at]);
    for (const [rows, what] of [
      [soon, "expires-soon"],
      [over, "expired"],
    ] as const) {
      for (const { id: subject, kind, scope, owner, expires_at: expiresAt } of rows) {
        const detail = { kind, scope, owner, expiresAt: expiresAt.toISOString() };
        audit({ actor: "interlock", action: `rule.${what}`, subject, detail });
        emit({ kind: `rule-${what}`, subject, detail });
      }
    }
    return soon.length + over.length;
  });
}

interface Row {
  id: string;
  kind: string;
  scope: string;
  owner: string;
  expires_at: Date;
}

const soonSql = `update interlock_control.rules set reminded_at = $1::timestamptz
  where state = 'in-force' and reminded_at is null
    and expires_at > $1::timestamptz and expires_at <= $1::timestamptz + interval '24 hours'
  returning id, kind, scope, owner, expires_at`;

const overSql = `update interlock_control.rules set expiry_told_at = $1::timestamptz
  where state = 'in-force' and expiry_told_at is null and expires_at <= $1::timestamptz
  returning id, kind, scope, owner, expires_at`;
