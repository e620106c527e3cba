import { systemCaller } from "../../../access/system-caller.ts";
import type { Query } from "../../../environment/query.ts";
import { appendToTimeline } from "../../append-to-timeline.ts";
import type { IncidentChange } from "../../change-incident.ts";
import { findComponents } from "../../components/find-component.ts";
import { deriveScopes } from "../../derive-scopes.ts";
import { referenceOf } from "../../incident.ts";
import { setImpacts } from "../../set-impacts.ts";
import type { Affected } from "../facts.ts";
import { policyOf } from "../policy.ts";

/** Says that an incident affects more components, since a moment, and holds back what they are if it holds anything. */
export async function affectMore(
  { transaction: { query, audit, emit }, row }: IncidentChange,
  { environment, affected, since }: { environment: string; affected: readonly Affected[]; since: Date },
): Promise<void> {
  if (affected.length === 0) return;
  const found = await findComponents(query, {
    environment,
    keys: affected.map(({ component }) => component),
  });
  const at = since < row.started_at ? row.started_at : since;
  const changes = [];
  for (const [index, { id }] of found.entries()) {
    const impact = { component: id, status: affected[index]?.status ?? ("major_outage" as const) };
    // A signal may tell of a beginning before the service recovered from what was before it.
    const from = await earliestOf(query, { incident: row.id, component: id, at });
    const asked = { incident: row.id, impacts: [impact], at: from, actor: systemCaller.owner };
    changes.push(...(await setImpacts(query, asked)));
  }
  await query(
    `update interlock_control.incidents
        set scopes = (select array_agg(distinct one order by one) from unnest(scopes || $2::text[]) one), revision = revision + 1
      where id = $1::text and closed_at is null and $2::text[] <> '{}'`,
    [
      row.id,
      deriveScopes({
        given: [],
        ofComponents: [...row.scopes, ...found.map(({ scope }) => scope)],
        holds: row.holds,
        environment,
      }),
    ],
  );
  const policies = Object.fromEntries(found.map(({ key, declares }) => [key, policyOf(declares)]));
  await query(
    "update interlock_control.detections set policies = policies || jsonb_strip_nulls($2::jsonb) where incident = $1::text",
    [row.id, JSON.stringify(policies)],
  );
  if (changes.length === 0) return;
  const keyOf = new Map(found.map(({ id, key }) => [id, key]));
  const detail = {
    reference: referenceOf(row),
    changes: changes.map(({ component, ...change }) => ({
      component: keyOf.get(component) ?? component,
      ...change,
    })),
  };
  await appendToTimeline(query, {
    incident: row.id,
    at,
    kind: "impact-changed",
    actor: systemCaller.owner,
    detail,
  });
  audit({ actor: systemCaller.owner, action: "incident.impact", environment, subject: row.id, detail });
  emit({ kind: "incident-changed", environment, subject: row.id, detail: { ...detail, what: "impact" } });
}

/** The moment, or the first one at which the component's state can change again. */
async function earliestOf(
  query: Query,
  { incident, component, at }: { incident: string; component: string; at: Date },
): Promise<Date> {
  const [open] = await query<{ began: Date }>(
    `select coalesce(p.began_at, i.started_at) as began
       from interlock_control.component_impacts p join interlock_control.incidents i on i.id = p.incident
      where p.incident = $1::text and p.component = $2::text and p.ended_at is null`,
    [incident, component],
  );
  return open !== undefined && open.began >= at ? new Date(open.began.getTime() + 1) : at;
}
