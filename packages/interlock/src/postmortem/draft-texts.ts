import type { Locale } from "../api/localised.ts";
import type { PostmortemFacts } from "./facts.ts";
import { gapMs } from "./placeholders.ts";
import type { Sections } from "./sections.ts";
import { timesOf } from "./times.ts";
import { sayDraft } from "./wording/say.ts";

const minuteMs = 60_000;

/** What went well is only said where it did: slower than this nobody would call it that. */
const wellWithinMs = { detect: 2 * minuteMs, unit: 5 * minuteMs, firstUpdate: 15 * minuteMs } as const;

/**
 * The first text of a post-mortem in a language, with placeholders for every fact, so that a fact that is corrected
 * later is right in the text, too. Only what is known is spoken of. Pure.
 */
export function draftTexts(facts: PostmortemFacts, locale: Locale): Sections {
  return {
    reference: referenceOf(facts, locale),
    service: serviceOf(facts, locale),
    impact: impactOf(facts, locale),
    picture: "{{picture}}",
    overview: "{{timeline}}",
    "root-cause": causeOf(facts, locale),
    statements: facts.cause !== null && facts.cause.broken.length > 0 ? "{{statements}}" : "",
    "went-well": wellOf(facts, locale),
    actions: "{{actions}}",
    notes: "",
  };
}

function referenceOf({ responsibility }: PostmortemFacts, locale: Locale): string {
  const lines = [sayDraft("draft-header", { locale })];
  if (responsibility !== null) lines.push(sayDraft("draft-header-responsibility", { locale }));
  return `${sayDraft("draft-reference", { locale })}\n\n${lines.join("\n\n")}`;
}

function serviceOf({ affected, unaffected }: PostmortemFacts, locale: Locale): string {
  const lines = affected.length === 0 ? [] : [sayDraft("draft-service", { locale })];
  if (unaffected.length > 0) lines.push(sayDraft("draft-service-unaffected", { locale }));
  return lines.join("\n\n");
}

function impactOf({ recoveredAt, requests }: PostmortemFacts, locale: Locale): string {
  const lines = [sayDraft(recoveredAt === null ? "draft-impact-open" : "draft-impact", { locale })];
  if (requests !== null) {
    const isCounted = requests.total !== null && requests.total > 0;
    lines.push(sayDraft(isCounted ? "draft-impact-requests" : "draft-impact-failed", { locale }));
  }
  return lines.join(" ");
}

function causeOf(facts: PostmortemFacts, locale: Locale): string {
  const { cause } = facts;
  if (cause === null) return "";
  const what: string[] = [];
  if (cause.wasPartial) {
    what.push(sayDraft("draft-cause-partial", { locale }));
    if (cause.structureAt !== null) what.push(sayDraft("draft-cause-deployed", { locale }));
    if (gapMs(facts) !== null) what.push(sayDraft("draft-cause-followed", { locale }));
  }
  const evidence: string[] = [];
  if (cause.order !== null && cause.order !== "any") {
    evidence.push(sayDraft(`draft-cause-order-${cause.order}`, { locale }));
  }
  if (cause.broken.length > 0) {
    evidence.push(sayDraft("draft-cause-broken", { locale, count: cause.broken.length }));
  }
  return [what, evidence]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join(" "))
    .join("\n\n");
}

function within(ms: number | null, most: number): boolean {
  return ms !== null && ms <= most;
}

function wellOf(facts: PostmortemFacts, locale: Locale): string {
  const { detectMs, unitMs, firstUpdateMs } = timesOf(facts);
  const { updates, locales, unaffected } = facts;
  const hasEveryLanguage = updates.count > 0 && locales.every((one) => updates.locales.includes(one));
  const lines = [
    within(detectMs, wellWithinMs.detect) ? ["draft-well-detected" as const] : [],
    within(unitMs, wellWithinMs.unit) ? ["draft-well-unit" as const] : [],
    within(firstUpdateMs, wellWithinMs.firstUpdate) ? ["draft-well-update" as const] : [],
    hasEveryLanguage && updates.locales.length > 1 ? ["draft-well-languages" as const] : [],
    unaffected.length > 0 ? ["draft-well-unaffected" as const] : [],
  ].flat();
  return lines.map((key) => `- ${sayDraft(key, { locale })}`).join("\n");
}
