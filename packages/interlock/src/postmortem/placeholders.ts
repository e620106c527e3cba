import type { Locale, Localised } from "../api/localised.ts";
import { sayDuration } from "../language/duration.ts";
import { categoryLabels } from "../language/labels.ts";
import { sayMoment } from "../language/moment.ts";
import { textIn } from "../language/text-in.ts";
import type { PostmortemFacts } from "./facts.ts";
import { sayInterval } from "./say-interval.ts";
import { timesOf } from "./times.ts";
import { sayLanguage, sayList, sayNumber } from "./wording/say.ts";

/** Facts that a text can name inside a sentence: `{{duration}}`. */
export const inlinePlaceholders = [
  "reference",
  "title",
  "priority",
  "category",
  "responsibility",
  "affected",
  "unaffected",
  "start",
  "detected",
  "declared",
  "unitOpened",
  "firstUpdate",
  "recovered",
  "end",
  "duration",
  "interval",
  "timeToDetect",
  "timeToDeclare",
  "timeToUnit",
  "timeToUpdate",
  "timeToRecover",
  "structureDeployed",
  "applicationDeployed",
  "gap",
  "failedRequests",
  "requests",
  "failedShare",
  "brokenCount",
  "languages",
] as const;
export type InlinePlaceholder = (typeof inlinePlaceholders)[number];

/** Whole lists and tables, which stand on a line of their own: `{{timeline}}`. */
export const blockPlaceholders = ["timeline", "actions", "picture", "statements"] as const;

const pattern = /\{\{\s*([A-Za-z]+)\s*\}\}/g;

/** The names in a text that are no fact: a slip that readers would otherwise see in braces. */
export function unknownPlaceholders(text: string): string[] {
  const known: readonly string[] = [...inlinePlaceholders, ...blockPlaceholders];
  return [...text.matchAll(pattern)].flatMap(([, name = ""]) => (known.includes(name) ? [] : [name]));
}

/** Puts what `fill` says in the place of every placeholder; where it says undefined the placeholder stays. */
export function fillPlaceholders(text: string, fill: (name: string) => string | undefined): string {
  return text.replace(pattern, (whole, name: string) => fill(name) ?? whole);
}

/** A fact in words of a language; null where it is not known. */
export function factIn(facts: PostmortemFacts, name: InlinePlaceholder, locale: Locale): string | null {
  const { timeZone, requests, cause } = facts;
  const times = timesOf(facts);
  const moment = (at: Date | null | undefined): string | null =>
    at === null || at === undefined ? null : sayMoment(at, { locale, timeZone });
  const lasting = (ms: number | null): string | null => (ms === null ? null : sayDuration(ms, locale));
  switch (name) {
    case "reference":
      return facts.reference;
    case "title":
      return textIn(facts.titles, locale)?.text ?? null;
    case "priority":
      return facts.priority;
    case "category":
      return categoryLabels[facts.category][locale];
    case "responsibility":
      return facts.responsibility;
    case "affected":
      return namesIn(facts.affected, locale);
    case "unaffected":
      return namesIn(facts.unaffected, locale);
    case "start":
      return moment(facts.startedAt);
    case "detected":
      return moment(facts.detectedAt);
    case "declared":
      return moment(facts.declaredAt);
    case "unitOpened":
      return moment(facts.unitAt);
    case "firstUpdate":
      return moment(facts.firstUpdateAt);
    case "recovered":
      return moment(facts.recoveredAt);
    case "end":
      return moment(facts.endedAt);
    case "interval":
      return facts.recoveredAt === null
        ? null
        : sayInterval(facts.startedAt, facts.recoveredAt, { locale, timeZone });
    case "duration":
    case "timeToRecover":
      return lasting(times.recoverMs);
    case "timeToDetect":
      return lasting(times.detectMs);
    case "timeToDeclare":
      return lasting(times.declareMs);
    case "timeToUnit":
      return lasting(times.unitMs);
    case "timeToUpdate":
      return lasting(times.firstUpdateMs);
    case "structureDeployed":
      return moment(cause?.structureAt);
    case "applicationDeployed":
      return moment(cause?.applicationAt);
    case "gap":
      return lasting(gapMs(facts));
    case "failedRequests":
      return requests === null ? null : sayNumber(requests.failed, locale);
    case "requests":
      return requests?.total === null || requests === null ? null : sayNumber(requests.total, locale);
    case "failedShare":
      return shareOf(facts, locale);
    case "brokenCount":
      return cause === null || cause.broken.length === 0 ? null : sayNumber(cause.broken.length, locale);
    case "languages":
      return facts.updates.locales.length === 0
        ? null
        : sayList(
            facts.updates.locales.map((language) => sayLanguage(language, locale)),
            locale,
          );
    default:
      return name satisfies never;
  }
}

/** How long the structure was there without its application; null where one of the two is not known. */
export function gapMs({ cause }: Pick<PostmortemFacts, "cause">): number | null {
  if (cause === null || cause.structureAt === null || cause.applicationAt === null) return null;
  const gap = cause.applicationAt.getTime() - cause.structureAt.getTime();
  return gap >= 0 ? gap : null;
}

function namesIn(names: readonly Localised[], locale: Locale): string | null {
  const known = names.flatMap((name) => textIn(name, locale)?.text ?? []);
  return known.length === 0 ? null : sayList(known, locale);
}

function shareOf({ requests }: PostmortemFacts, locale: Locale): string | null {
  if (requests === null || requests.total === null || requests.total === 0) return null;
  return sayNumber(requests.failed / requests.total, locale, { style: "percent" });
}
