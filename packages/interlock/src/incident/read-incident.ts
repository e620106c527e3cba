import type { IncidentDetail } from "../api/incident-detail.ts";
import { locales } from "../api/localised.ts";
import type { Control } from "../control/control.ts";
import { headerOf, type HeaderField, type IncidentFacts } from "../language/header.ts";
import { findIncident } from "./find-incident.ts";
import { incidentOf, type IncidentRow } from "./incident.ts";
import { readImpacts } from "./read-impacts.ts";
import { readReports } from "./reporting/read-reports.ts";
import { readPageLanguage, type PageLanguage } from "./status-page/read-status-page.ts";
import { readUnit } from "./unit/read-unit.ts";
import { listUpdates } from "./updates/find-update.ts";

/** An incident with all that belongs to it but its timeline. Throws `Failure` "not-found". */
export async function readIncident(
  { control: { query } }: { control: Pick<Control, "query"> },
  incident: string,
): Promise<IncidentDetail> {
  const row = await findIncident(query, incident);
  const page = await readPageLanguage(query);
  const merged = await query<{ reference: string }>(
    `select 'INC-' || number as reference from interlock_control.incidents where merged_into = $1::text order by number`,
    [row.id],
  );
  const header = (locale: (typeof locales)[number]): HeaderField[] =>
    headerOf(factsOf(row, page), { locale, timeZone: page.timeZone });
  return {
    incident: incidentOf(row),
    header: { fr: header("fr"), en: header("en"), it: header("it") },
    updates: await listUpdates(query, { incident: row.id }),
    impacts: await readImpacts(query, row.id),
    unit: await readUnit(query, row),
    reports: await readReports(query, row),
    merged: merged.map(({ reference }) => reference),
  };
}

/** The facts that an incident's header is computed from. */
export function factsOf(row: IncidentRow, page: Pick<PageLanguage, "responsibility">): IncidentFacts {
  return {
    startedAt: row.started_at,
    endedAt: row.ended_at,
    category: row.category,
    responsibility: row.responsibility ?? page.responsibility,
    priority: row.priority,
    affected: row.impacts.filter(({ wasAffected }) => wasAffected).map(({ names }) => names),
    unaffected: row.impacts.filter(({ wasAffected }) => !wasAffected).map(({ names }) => names),
  };
}
