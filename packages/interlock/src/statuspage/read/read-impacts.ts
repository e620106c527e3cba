import type { Impact } from "../page-model.ts";
import type { Around } from "./read-page-model.ts";

/** An interval as it is written down: null for the beginning and the end of what it belongs to. */
export interface WrittenImpact extends Omit<Impact, "beganAt"> {
  beganAt: Date | null;
}

/** The intervals of every incident or maintenance of the environment, on components that are shown. */
export async function readImpacts(
  { query, environment, components, drafts }: Around,
  of: "incident" | "maintenance",
): Promise<ReadonlyMap<string, WrittenImpact[]>> {
  const rows = await query<WrittenImpact & { owner: string }>(
    of === "incident" ? incidentImpactsSql : maintenanceImpactsSql,
    [environment, drafts],
  );
  const shown = new Set(components.map(({ id }) => id));
  const impacts = new Map<string, WrittenImpact[]>();
  for (const { owner, ...impact } of rows) {
    if (shown.has(impact.component)) impacts.set(owner, [...(impacts.get(owner) ?? []), impact]);
  }
  return impacts;
}

/**
 * Intervals clipped to what they belong to, as its facts are now: whoever corrects the start corrects the outage. None
 * ends before it begins; null while it goes on.
 */
export function settle(
  impacts: readonly WrittenImpact[],
  { startedAt, endedAt, isOver }: { startedAt: Date; endedAt: Date | null; isOver: boolean },
): Impact[] {
  return impacts.map((impact) => {
    const beganAt = latest(impact.beganAt ?? startedAt, startedAt);
    const goesOn = impact.endedAt === null && !isOver;
    const end = goesOn ? null : earliest(impact.endedAt ?? endedAt, endedAt ?? impact.endedAt);
    return { ...impact, beganAt, endedAt: end === null ? null : latest(end, beganAt) };
  });
}

function latest(left: Date, right: Date): Date {
  return left > right ? left : right;
}

function earliest(left: Date | null, right: Date | null): Date | null {
  if (left === null || right === null) return left ?? right;
  return left < right ? left : right;
}

const impactsSql = (owner: string, table: string): string => `
select c.${owner} as owner, c.component, c.status, c.began_at as "beganAt", c.ended_at as "endedAt"
  from interlock_control.component_impacts c
  join interlock_control.${table} o on o.id = c.${owner}
 where o.environment = $1::text and (o.is_public or $2::boolean)
 order by c.number`;

const incidentImpactsSql = impactsSql("incident", "incidents");
const maintenanceImpactsSql = impactsSql("maintenance", "maintenances");
