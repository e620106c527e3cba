import type { IncidentStatus } from "../../api/incidents.ts";
import type { Locale } from "../../api/localised.ts";
import type { MaintenanceStatus } from "../../api/updates.ts";
import { headerOf } from "../../language/header.ts";
import { headerLabels, statusLabels } from "../../language/labels.ts";
import { sayDuration } from "../../language/duration.ts";
import { sayMoment } from "../../language/moment.ts";
import { sayNames } from "../../language/phrases/phrase-in.ts";
import type { ThreadFacts } from "./thread-facts.ts";

/** `Résolu`. */
export function statusLabel(status: IncidentStatus | MaintenanceStatus, locale: Locale): string {
  return statusLabels[status][locale];
}

/** The header block: of an incident as the page has it, of a maintenance what is planned. */
export function headerRows(facts: ThreadFacts, locale: Locale): { label: string; text: string }[] {
  const { category, priority, scheduled } = facts;
  const place = { locale, timeZone: facts.page.timeZone };
  const touched = (isAffected: boolean) =>
    facts.components
      .filter(({ worst }) => (worst !== "operational") === isAffected)
      .map(({ names }) => names);
  const affected = touched(true);
  if (category !== null && priority !== null) {
    const { startedAt, endedAt, responsibility } = facts;
    const unaffected = touched(false);
    return headerOf({ startedAt, endedAt, category, responsibility, priority, affected, unaffected }, place);
  }
  const begin =
    facts.status === "scheduled" || facts.status === "cancelled"
      ? (scheduled?.for ?? facts.startedAt)
      : facts.startedAt;
  const end = facts.endedAt ?? scheduled?.until;
  const texts = {
    start: sayMoment(begin, place),
    end: end === undefined ? undefined : sayMoment(end, place),
    duration: end === undefined ? undefined : sayDuration(end.getTime() - begin.getTime(), locale),
    affected: sayNames(affected, locale),
  };
  return Object.entries(texts).flatMap(([key, text]) =>
    text === undefined ? [] : [{ label: headerLabels[key as keyof typeof texts][locale], text }],
  );
}
