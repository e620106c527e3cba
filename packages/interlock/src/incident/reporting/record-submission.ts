import type { Incident } from "../../api/incidents.ts";
import type { ReportKind } from "../../api/reports.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { changeIncident } from "../change-incident.ts";
import { isBackdated, requirePast } from "../check-facts.ts";
import { referenceOf } from "../incident.ts";
import { conflict } from "../refused.ts";

/** The report whose submission a report's time runs from. */
const before: Readonly<Record<ReportKind, ReportKind | undefined>> = {
  initial: undefined,
  intermediate: "initial",
  final: "intermediate",
};

/**
 * Writes down that a report was submitted to the authorities: the time of the next one runs from then. Throws
 * `Failure` "conflict" where it was before, or is not its turn, "facts-not-coherent", "not-found" or "forbidden".
 */
export async function recordSubmission(
  { control }: { control: Control },
  {
    incident,
    kind,
    at: given,
    reference,
    caller,
  }: {
    incident: string;
    kind: ReportKind;
    at?: Date | undefined;
    reference?: string | undefined;
    caller: Caller;
  },
): Promise<Incident> {
  return changeIncident(control, { incident, caller }, async ({ transaction, row, at }) => {
    const { query, audit, emit } = transaction;
    const name = referenceOf(row);
    if (row.classified_at === null) {
      throw conflict(`${name} is not classified as major: nothing is due.`, {
        next: `Classify it: interlock incident classify ${name} --reason '…'`,
      });
    }
    const submittedAt = given === undefined ? at : requirePast("The submission", given, at);
    const earlier = before[kind];
    const known = await query<{ kind: ReportKind; at: Date }>(
      "select kind, submitted_at as at from interlock_control.regulatory_reports where incident = $1::text",
      [row.id],
    );
    const previous =
      earlier === undefined ? row.classified_at : known.find((report) => report.kind === earlier)?.at;
    if (previous === undefined || submittedAt < previous) {
      throw conflict(`The ${kind} report of ${name} can't have been submitted then.`, {
        why:
          previous === undefined
            ? `The ${String(earlier)} one was not submitted yet.`
            : `${earlier ?? "The classification"} was at ${previous.toISOString()}.`,
        next: `See what is due: interlock incident report ${name}`,
      });
    }
    const rows = await query(
      `insert into interlock_control.regulatory_reports (incident, kind, submitted_at, reference, recorded_by)
       values ($1::text, $2::text, $3::timestamptz, $4::text, $5::text)
       on conflict (incident, kind) do nothing returning kind`,
      [row.id, kind, submittedAt, reference ?? null, caller.owner],
    );
    if (rows.length === 0) throw conflict(`The ${kind} report of ${name} was submitted before.`);
    const detail = {
      reference: name,
      kind,
      submittedAt,
      authority: reference ?? null,
      isBackdated: isBackdated(submittedAt, at),
    };
    const about = { environment: row.environment, subject: row.id };
    const entry = {
      incident: row.id,
      at: submittedAt,
      kind: "report-submitted",
      actor: caller.owner,
      detail,
    };
    await appendToTimeline(query, entry);
    audit({ actor: caller.owner, action: "incident.report", ...about, detail });
    emit({ kind: "incident-changed", ...about, detail: { ...detail, what: "report" } });
  });
}
