import type { ImpactInterval, ImpactStatus } from "../api/incidents.ts";
import type { Localised } from "../api/localised.ts";
import type { Control } from "../control/control.ts";

/**
 * What an incident does to components, interval by interval, clipped to the incident as its facts are now: whoever
 * corrects the start corrects the outage.
 */
export async function readImpacts(query: Control["query"], incident: string): Promise<ImpactInterval[]> {
  const rows = await query<{
    key: string;
    names: Localised;
    status: ImpactStatus;
    began: Date;
    ended: Date | null;
  }>(readSql, [incident]);
  return rows.map(({ key, names, status, began, ended }) => ({
    component: key,
    names,
    status,
    beganAt: began.toISOString(),
    endedAt: ended?.toISOString() ?? null,
  }));
}

const readSql = `select * from (
    select c.key, c.names, c.position, p.number, p.status,
           greatest(coalesce(p.began_at, i.started_at), i.started_at) as began,
           case when p.ended_at is null and i.closed_at is null then null
                else least(coalesce(p.ended_at, i.ended_at, i.closed_at), coalesce(i.ended_at, i.closed_at, p.ended_at)) end as ended
      from interlock_control.component_impacts p
      join interlock_control.components c on c.id = p.component
      join interlock_control.incidents i on i.id = p.incident
     where p.incident = $1::text
  ) intervals
 where ended is null or ended > began
 order by position, key, number`;
