import type { Locale, Localised } from "../../api/localised.ts";
import { Failure } from "../../std/failure.ts";
import { sayDuration } from "../duration.ts";
import { sayMoment, type Place } from "../moment.ts";
import { languageTags, speakerOf } from "../speaker.ts";
import { textIn } from "../text-in.ts";
import { catalogue } from "./catalogue.ts";
import type { Phrase, ValueKind } from "./phrase.ts";

/** What phrases are filled with: names of components, a moment, milliseconds, or a text. */
export type PhraseValues = Readonly<
  Record<string, string | number | Date | readonly Localised[] | undefined>
>;

/**
 * A phrase of the catalogue in a language. Values are texts, never messages: what is in a name is not interpreted.
 * Throws `Failure` "phrase-not-known" or "phrase-value-missing", also for a value of another kind.
 */
export function phraseIn({
  phrase: key,
  values,
  locale,
  timeZone,
}: { phrase: string; values: PhraseValues } & Place): string {
  const phrase = findPhrase(key);
  const said: Record<string, string | number> = {};
  for (const [name, kind] of Object.entries(phrase.values)) {
    const value = sayValue(kind, values[name], { locale, timeZone });
    if (value === undefined) throw valueMissing(key, name, kind);
    said[name] = value;
    const listed = values[name];
    if (kind === "components" && typeof listed === "object" && "length" in listed)
      said["count"] = listed.length;
  }
  return speakerOf({ locale, timeZone }).formatMessage({ id: key }, said);
}

/** Throws `Failure` "phrase-not-known". */
export function findPhrase(key: string): Phrase {
  const phrase = catalogue.get(key);
  if (phrase !== undefined) return phrase;
  throw new Failure({
    code: "phrase-not-known",
    message: `The catalogue has no phrase ${key}.`,
    state: "Nothing was changed.",
    next: "See which there are, in every language: interlock incident phrases",
  });
}

function sayValue(kind: ValueKind, value: PhraseValues[string], place: Place): string | undefined {
  switch (kind) {
    case "components":
      return typeof value === "object" && "length" in value ? sayNames(value, place.locale) : undefined;
    case "moment":
      return value instanceof Date ? sayMoment(value, place) : undefined;
    case "duration":
      return typeof value === "number" ? sayDuration(value, place.locale) : undefined;
    case "text":
      return typeof value === "string" ? value : undefined;
    default:
      return kind satisfies never;
  }
}

/** `API de Paiement et Virements`; undefined for nothing. */
export function sayNames(names: readonly Localised[], locale: Locale): string | undefined {
  const texts = names.map((name) => textIn(name, locale)?.text ?? "");
  if (texts.length === 0) return undefined;
  // Intl's own: formatjs's takes an element that is called like a member of every object for that member.
  return new Intl.ListFormat(languageTags[locale], { type: "conjunction" }).format(texts);
}

const meanings: Readonly<Record<ValueKind, string>> = {
  components: "No component is named: say which are affected, or not affected.",
  moment: "Give a moment, ISO 8601 with its offset.",
  duration: "How long it lasted is not known yet.",
  text: "Give a text that is the same in every language.",
};

function valueMissing(phrase: string, name: string, kind: ValueKind): Failure {
  return new Failure({
    code: "phrase-value-missing",
    message: `The phrase ${phrase} needs the value ${name}.`,
    why: meanings[kind],
    state: "Nothing was changed.",
    next: `Give it: --value ${name}=…, or with --component and --unaffected; interlock incident phrases shows what each needs.`,
  });
}
