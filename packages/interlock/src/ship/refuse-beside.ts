import type { Client } from "pg";
import { Failure } from "../std/failure.ts";
import type { Plan } from "../plan/plan.ts";
import { describeClaim, type Claim } from "./claims.ts";
import { meaningOf, type ChangeRecord } from "./journal-record.ts";
import { listChanges } from "./open-change.ts";

/**
 * Throws `Failure` before a change is begun beside open ones that it can't go beside: "relations-in-change" where
 * one works on the same, "versions-not-proved" where a version that may be live because of one took no part in
 * this plan's proof.
 */
export async function refuseBeside(
  client: Client,
  { plan, claims, open }: { plan: Plan; claims: readonly Claim[]; open: readonly ChangeRecord[] },
): Promise<void> {
  if (open.length === 0) return;
  const { rows } = await client.query<{ number: string; object: string }>(
    `select c.change as number, c.object
       from interlock.claims c
      where c.object = '*'
         or exists (select from jsonb_to_recordset($1::jsonb) as mine (object text, "isExclusive" boolean)
                     where mine.object = c.object and (mine."isExclusive" or c.is_exclusive))
      order by c.change, c.object`,
    [JSON.stringify(claims)],
  );
  for (const other of open) {
    const common = rows.filter(({ number }) => number === other.number);
    if (common.length > 0) throw inChange(other, common);
  }
  for (const other of open) refuseUnprovedBeside(plan, other);
}

function inChange(other: ChangeRecord, common: readonly { object: string }[]): Failure {
  const all = common.some(({ object }) => object === "*");
  const shown = all
    ? "what an older version of Interlock did not write down"
    : common.map(describeClaim).join(", ");
  const { id } = other.plan;
  return new Failure({
    code: "relations-in-change",
    message: `Change ${id} is unfinished in this database and works on the same: ${shown}.`,
    why: `It was begun at ${other.startedAt.toISOString()} by ${other.executor}, and is ${other.state}. Changes go beside each other only where they share nothing.`,
    state: `Of change ${id}: ${meaningOf(other.state)} Nothing was changed by this one.`,
    next: `Run \`interlock resume --change ${id}\` to finish it, or \`interlock rollback --change ${id}\` to take it back; then ship this one.`,
  });
}

/** Versions of an app that both changes are about may be live while this one is under way: it must have been proved with them. */
function refuseUnprovedBeside(plan: Plan, other: ChangeRecord): void {
  const proved = new Set([...plan.old, ...plan.new]);
  const apps = new Set([...proved].map(appOf));
  const live = [...new Set([...other.plan.old, ...other.plan.new])];
  const missing = live.filter((version) => apps.has(appOf(version)) && !proved.has(version));
  if (missing.length === 0) return;
  throw new Failure({
    code: "versions-not-proved",
    message: `${missing.join(", ")} may be live while change ${other.plan.id} is open, and this plan was not proved with ${missing.length === 1 ? "it" : "them"}.`,
    why: `Unfinished are:\n${listChanges([other])}`,
    state: "Nothing was changed.",
    next: `Plan this change with the workload of ${missing.join(" and of ")} as well (one more --old FILE for each), or finish the other one first: \`interlock resume --change ${other.plan.id}\`.`,
  });
}

/**
 * Versions that come with one of two open changes and were not proved beside the other: they can be deployed once
 * the other one has ended.
 */
export function notProvedBeside(plan: Plan, other: Pick<ChangeRecord, "plan">): string[] {
  const proved = new Set([...other.plan.old, ...other.plan.new]);
  const apps = new Set([...proved].map(appOf));
  return plan.new.filter((version) => apps.has(appOf(version)) && !proved.has(version));
}

function appOf(version: string): string {
  return version.slice(0, version.lastIndexOf("@"));
}
