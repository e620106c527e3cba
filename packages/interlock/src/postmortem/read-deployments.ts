import type { Control } from "../control/control.ts";

/** Something that went out, or was taken back, around an incident. */
export interface Deployment {
  at: Date;
  kind: "structure-deployed" | "application-deployed" | "rolled-back";
  /** The change, release or statement, for people. */
  what: string;
  /** The change that it belongs to, where that is known. */
  change: string | null;
}

/** How long before its start a deployment still belongs to what happened. */
const before = "1 hour";

/**
 * What was deployed from an hour before an incident to its end: releases, shipments, structural changes that the watch
 * saw, and what people wrote on the timeline. In order; the same deployment told twice is one.
 */
export async function readDeployments(
  query: Control["query"],
  asked: { incident: string; environment: string; from: Date; until: Date | null },
): Promise<Deployment[]> {
  const rows = await query<Deployment>(readSql, [asked.incident, asked.environment, asked.from, asked.until]);
  return foldDeployments(rows);
}

const sameMs = 90_000;

/**
 * Statements of one structural change come within moments of each other, and people write down what Interlock saw. Two
 * app versions are two releases, however soon one follows the other.
 */
export function foldDeployments(rows: readonly Deployment[]): Deployment[] {
  const folded: Deployment[] = [];
  for (const row of rows) {
    const same = folded.findLast(
      (one) =>
        one.kind === row.kind &&
        row.at.getTime() - one.at.getTime() < sameMs &&
        (row.kind !== "application-deployed" || isSameRelease(one.what, row.what)),
    );
    if (same === undefined) folded.push({ ...row });
    else {
      same.change ??= row.change;
      if (same.what === "") same.what = row.what;
    }
  }
  return folded;
}

/** A note of a person may hold the app version, or say nothing of it. */
function isSameRelease(left: string, right: string): boolean {
  return left.includes(right) || right.includes(left) || !(left.includes("@") && right.includes("@"));
}

const readSql = `with span as (
    select $3::timestamptz - interval '${before}' as since, coalesce($4::timestamptz, clock_timestamp()) as until
  )
  select at, kind, what, change from (
    select started_at as at, 'application-deployed' as kind, app || '@' || version as what,
           null::text as change
      from interlock_control.releases where environment = $2::text and state <> 'cancelled'
    union all
    select started_at, 'structure-deployed', change, change from interlock_control.shipments where environment = $2::text
    union all
    select ended_at, 'rolled-back', change, change from interlock_control.shipments
     where environment = $2::text and state = 'rolled-back' and ended_at is not null
    union all
    select (one ->> 'at')::timestamptz, 'structure-deployed', coalesce(one ->> 'text', ''), null
      from interlock_control.alarms, jsonb_array_elements(ddl) as one where environment = $2::text
    union all
    select at, kind, coalesce(detail ->> 'what', detail ->> 'text', ''), detail ->> 'change'
      from interlock_control.timeline
     where incident = $1::text and kind in ('structure-deployed', 'application-deployed', 'rolled-back')
  ) as deployed, span
  where at between span.since and span.until
  order by at, kind, what limit 200`;
