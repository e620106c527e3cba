import type { Override } from "../api/overrides.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { environmentNotFound } from "./environment-not-found.ts";
import { overrideColumns, overrideOf, type OverrideRow } from "./override.ts";

/**
 * Sets rules and incidents aside for one subject in one environment, for a while. They have to be in force: nobody
 * sets aside what may come. Throws `Failure` "not-found".
 */
export async function makeOverride(
  { control }: { control: Control },
  asked: {
    environment: string;
    subject: string;
    rules: readonly string[];
    reason: string;
    minutes: number;
    caller: Caller;
  },
): Promise<Override> {
  const { environment, subject, reason, minutes, caller } = asked;
  const rules = [...new Set(asked.rules)].toSorted();
  return control.transact(async ({ query, audit, emit }) => {
    const found = await query(
      "select from interlock_control.environments where name = $1::text for key share",
      [environment],
    );
    if (found.length === 0) throw environmentNotFound(environment);
    const known = await query<{ name: string }>(knownSql, [environment, rules]);
    const missing = rules.filter((rule) => !known.some(({ name }) => name === rule));
    if (missing.length > 0) throw notInForce(missing, environment);
    const [row] = await query<OverrideRow>(
      `insert into interlock_control.overrides (id, environment, subject, rules, reason, made_by, expires_at)
       values ($1::text, $2::text, $3::text, $4::text[], $5::text, $6::text,
               clock_timestamp() + make_interval(mins => $7::integer))
       returning ${overrideColumns}`,
      [newId("ovr"), environment, subject, rules, reason, caller.owner, minutes],
    );
    if (row === undefined) throw new Error("insert … returning answers one row");
    const override = overrideOf(row);
    const detail = { of: subject, rules, reason, expiresAt: override.expiresAt };
    audit({ actor: caller.owner, action: "override.make", environment, subject: override.id, detail });
    emit({ kind: "override-made", environment, subject: override.id, detail });
    return override;
  });
}

// Locked, so that what is set aside is not lifted or closed while it is.
const knownSql = `with rules as (
    select id as name from interlock_control.rules
     where id = any ($2::text[]) and state = 'in-force' and (expires_at is null or expires_at > clock_timestamp())
     for share
  ), incidents as (
    select 'incident:' || id as name from interlock_control.incidents
     where environment = $1::text and 'incident:' || id = any ($2::text[]) and closed_at is null
     for share
  )
  select name from rules union all select name from incidents`;

function notInForce(missing: readonly string[], environment: string): Failure {
  return new Failure({
    code: "not-found",
    message: `There is nothing in force to set aside: ${missing.join(", ")}.`,
    why: "It was lifted or closed, has expired, or never was in force here.",
    state: "Nothing was changed.",
    next: `Ask the gate again, or see: interlock rule list; interlock incident list --env ${environment}`,
  });
}
