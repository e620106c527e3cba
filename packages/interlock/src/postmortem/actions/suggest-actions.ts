import type { Suggestion } from "../../api/actions.ts";
import { locales, type Localised } from "../../api/localised.ts";
import { sayDuration } from "../../language/duration.ts";
import type { Cause, PostmortemFacts } from "../facts.ts";
import { gapMs } from "../placeholders.ts";
import { say } from "../wording/say.ts";
import type { WordingKey } from "../wording/wording.ts";

const dayMs = 86_400_000;

/** A block that is to give time to think; nobody forgets it, since it ends. */
const blockDays = 14;

/** A change with more than this many statements is a large one, by common sense and by most review guides. */
const largeStatements = 3;

/**
 * What the facts of an incident speak for doing about it. Only what is known speaks: an incident of which nobody knows why
 * it happened has no suggestions. Pure.
 */
export function suggestActions(facts: PostmortemFacts, at: Date): Suggestion[] {
  const { cause, environment } = facts;
  if (cause === null) return [];
  const suggestions: Suggestion[] = [];
  const partial = inEveryLanguage("symptom-partial");
  if (cause.wasPartial) {
    suggestions.push(
      {
        key: "block-partial",
        kind: "block",
        symptoms: partial,
        texts: inEveryLanguage("action-block"),
        rule: {
          kind: "block",
          scope: scopeOf(cause, environment),
          until: new Date(at.getTime() + blockDays * dayMs).toISOString(),
        },
        because: "a live version did not work on the structure that was deployed without its application",
      },
      {
        key: "ship-separately",
        kind: "task",
        symptoms: partial,
        texts: inEveryLanguage("action-separate"),
        rule: null,
        because: "structure and application went out one without the other",
      },
      {
        key: "second-reader",
        kind: "rule",
        symptoms: partial,
        texts: inEveryLanguage("action-approval"),
        rule: { kind: "approval", scope: `env=${environment} to=structure`, settings: { count: 1 } },
        because: "a structural change went out as it was, without a plan",
      },
    );
  }
  if (cause.statements > largeStatements) {
    suggestions.push({
      key: "size-limit",
      kind: "rule",
      symptoms: partial,
      texts: inEveryLanguage("action-limit"),
      rule: {
        kind: "size-limit",
        scope: `env=${environment}`,
        settings: { statements: Math.max(1, cause.statements - 1) },
      },
      because: `the change that caused it has ${String(cause.statements)} statements`,
    });
  }
  const gap = gapMs(facts);
  if (gap !== null) {
    const minutes = (locale: (typeof locales)[number]): { minutes: string } => ({
      minutes: sayDuration(gap, locale),
    });
    suggestions.push({
      key: "shorten-deployment",
      kind: "task",
      symptoms: inEveryLanguage("symptom-slow"),
      texts: localised((locale) => say("action-shorten", { locale, values: minutes(locale) })),
      rule: null,
      because: "the application followed the structure only after a while",
    });
  }
  return suggestions;
}

/**
 * What goes out as it is although neither half may go alone. Where no rehearsal has shown the order, changes of the
 * same kinds: a block must not rest on what nobody knows.
 */
function scopeOf({ order, kinds }: Cause, environment: string): string {
  if (order === "split" || order === "app-first")
    return `order=app-first,split to=structure env=${environment}`;
  const what = kinds.length === 0 ? "order!=any" : `kind=${kinds.join(",")}`;
  return `${what} to=structure env=${environment}`;
}

function inEveryLanguage(key: WordingKey): Localised {
  return localised((locale) => say(key, { locale }));
}

function localised(text: (locale: (typeof locales)[number]) => string): Localised {
  return Object.fromEntries(locales.map((locale) => [locale, text(locale)]));
}
