import type { Category, Priority } from "../api/incidents.ts";
import type { Localised } from "../api/localised.ts";
import { sayDuration } from "./duration.ts";
import { categoryLabels, headerLabels } from "./labels.ts";
import { sayMoment, type Place } from "./moment.ts";
import { sayNames } from "./phrases/phrase-in.ts";

/** What an incident's header is computed from. */
export interface IncidentFacts {
  startedAt: Date;
  endedAt: Date | null;
  category: Category;
  /** Who answers for it. */
  responsibility: string;
  priority: Priority;
  affected: readonly Localised[];
  unaffected: readonly Localised[];
}

export interface HeaderField {
  key: keyof typeof headerLabels;
  /** `Début`. */
  label: string;
  text: string;
}

/** The header block of an incident in a language. What is not known yet has no field. */
export function headerOf(facts: IncidentFacts, place: Place): HeaderField[] {
  const { locale } = place;
  const { startedAt, endedAt, category, responsibility, priority, affected, unaffected } = facts;
  const texts: Readonly<Record<HeaderField["key"], string | undefined>> = {
    start: sayMoment(startedAt, place),
    end: endedAt === null ? undefined : sayMoment(endedAt, place),
    duration: endedAt === null ? undefined : sayDuration(endedAt.getTime() - startedAt.getTime(), locale),
    category: categoryLabels[category][locale],
    responsibility,
    priority,
    affected: sayNames(affected, locale),
    unaffected: sayNames(unaffected, locale),
  };
  return (Object.keys(headerLabels) as HeaderField["key"][]).flatMap((key) => {
    const text = texts[key];
    return text === undefined ? [] : [{ key, label: headerLabels[key][locale], text }];
  });
}
