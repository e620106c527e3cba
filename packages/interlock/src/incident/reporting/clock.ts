import { Temporal } from "temporal-polyfill";
import { reportKinds, type Report, type ReportKind } from "../../api/reports.ts";

/** When reports are due, and what was submitted. */
export interface ReportFacts {
  /** When one became aware of the incident. */
  detectedAt: Date;
  /** When it was classified as major; null where it was not. */
  classifiedAt: Date | null;
  submitted: readonly { kind: ReportKind; at: Date; reference: string | null }[];
}

const hourMs = 3_600_000;

/**
 * The reports of a major incident at a moment, as Regulation (EU) 2022/2554, article 19, and Delegated Regulation
 * (EU) 2025/301, article 5, want them of payment institutions and others: the initial notification within 4 hours of
 * the classification and 24 hours of becoming aware (where it was classified later than that, within 4 hours of it,
 * paragraph 2), the intermediate report within 72 hours of the submission of the initial one, the final one a month
 * after that of the intermediate one. Times run on the clock of the page's time zone.
 */
export function reportsAt(
  { detectedAt, classifiedAt, submitted }: ReportFacts,
  at: Date,
  timeZone: string,
): Report[] {
  if (classifiedAt === null) return [];
  const of = (kind: ReportKind): ReportFacts["submitted"][number] | undefined =>
    submitted.find((report) => report.kind === kind);
  const initial = of("initial");
  const intermediate = of("intermediate");
  const due: Record<ReportKind, Date | null> = {
    initial: initialDue(detectedAt, classifiedAt),
    intermediate: initial === undefined ? null : new Date(initial.at.getTime() + 72 * hourMs),
    final: intermediate === undefined ? null : monthAfter(intermediate.at, timeZone),
  };
  return reportKinds.map((kind) => {
    const dueAt = due[kind];
    const graceUntil = dueAt === null ? null : graceAfter(dueAt, timeZone);
    const done = of(kind);
    return {
      kind,
      state: stateOf({ last: graceUntil ?? dueAt, submittedAt: done?.at ?? null, at }),
      dueAt: dueAt?.toISOString() ?? null,
      graceUntil: graceUntil?.toISOString() ?? null,
      submittedAt: done?.at.toISOString() ?? null,
      reference: done?.reference ?? null,
    };
  });
}

function initialDue(detectedAt: Date, classifiedAt: Date): Date {
  const fromClassification = classifiedAt.getTime() + 4 * hourMs;
  const fromAwareness = detectedAt.getTime() + 24 * hourMs;
  const isLate = classifiedAt.getTime() > fromAwareness;
  return new Date(isLate ? fromClassification : Math.min(fromClassification, fromAwareness));
}

/** A calendar month later at the same time by the clock; where there is no such day, the last one of the month. */
function monthAfter(at: Date, timeZone: string): Date {
  const later = Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .add({ months: 1 });
  return new Date(later.epochMilliseconds);
}

/**
 * Article 5(4): what falls on a weekend or a bank holiday may be submitted by noon of the next working day; article
 * 5(5) takes that back for the first two reports of credit institutions, central counterparties, trading venues and
 * entities that are essential or important. So it is told beside the time limit, not in its place. Of bank holidays
 * only those count that every Member State has: the moment is rather too early than too late.
 */
function graceAfter(dueAt: Date, timeZone: string): Date | null {
  const due = Temporal.Instant.fromEpochMilliseconds(dueAt.getTime()).toZonedDateTimeISO(timeZone);
  let day = due.toPlainDate();
  if (isWorkingDay(day)) return null;
  while (!isWorkingDay(day)) day = day.add({ days: 1 });
  const noon = day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from("12:00") });
  return new Date(noon.epochMilliseconds);
}

function isWorkingDay({ dayOfWeek, month, day }: Temporal.PlainDate): boolean {
  const isHoliday = (month === 1 && day === 1) || (month === 12 && day === 25);
  return dayOfWeek <= 5 && !isHoliday;
}

function stateOf({
  last,
  submittedAt,
  at,
}: {
  last: Date | null;
  submittedAt: Date | null;
  at: Date;
}): Report["state"] {
  if (submittedAt !== null) return last !== null && submittedAt > last ? "submitted-late" : "submitted";
  if (last === null) return "waiting";
  return at > last ? "overdue" : "due";
}
