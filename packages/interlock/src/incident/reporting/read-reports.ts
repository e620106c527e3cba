import type { Report, ReportKind } from "../../api/reports.ts";
import type { Control } from "../../control/control.ts";
import { readClock } from "../clock.ts";
import type { IncidentRow } from "../incident.ts";
import { readPageLanguage } from "../status-page/read-status-page.ts";
import { reportsAt } from "./clock.ts";

/** What the authorities are due of an incident now, and what they have; empty until it is classified as major. */
export async function readReports(
  query: Control["query"],
  row: Pick<IncidentRow, "id" | "detected_at" | "classified_at">,
): Promise<Report[]> {
  const submitted = await query<{ kind: ReportKind; at: Date; reference: string | null }>(
    `select kind, submitted_at as at, reference from interlock_control.regulatory_reports
      where incident = $1::text`,
    [row.id],
  );
  const { timeZone } = await readPageLanguage(query);
  const facts = { detectedAt: row.detected_at, classifiedAt: row.classified_at, submitted };
  return reportsAt(facts, await readClock(query), timeZone);
}
