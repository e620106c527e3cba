import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { locales, type Locale, type Localised } from "../../api/localised.ts";
import { categories, impactStatuses, incidentStatuses } from "../../api/incidents.ts";
import { unitRoles } from "../../api/unit.ts";
import { maintenanceStatusSchema } from "../../api/updates.ts";
import { sayDuration } from "../duration.ts";
import { categoryLabels, headerLabels, impactLabels, roleLabels, statusLabels } from "../labels.ts";
import { sayMoment } from "../moment.ts";
import { catalogue } from "./catalogue.ts";
import { phraseIn, type PhraseValues } from "./phrase-in.ts";
import { previewOf } from "./preview.ts";

const timeZone = "Europe/Paris";
const phrases = [...catalogue];

/** Every argument of a message, also those within plurals. */
function argumentsOf(message: string): string[] {
  return [...message.matchAll(/\{\s*([a-zA-Z]+)\s*[,}]/g)].map(([, name = ""]) => name);
}

/** Values for a phrase that can be told apart from each other and from any text. */
function valuesFor(kinds: Readonly<Record<string, string>>, seed: number): PhraseValues {
  return Object.fromEntries(
    Object.entries(kinds).map(([name, kind], index): [string, PhraseValues[string]] => {
      const components = [1, 2, 3].slice(0, 1 + (seed % 3)).map((number) => {
        const called = `c${String(number)}${name}`;
        return { fr: `${called}FR`, en: `${called}EN`, it: `${called}IT` };
      });
      const at = new Date(Date.UTC(2026, seed % 12, 1 + (seed % 28), seed % 24, index));
      const all: Record<string, PhraseValues[string]> = {
        components,
        moment: at,
        duration: (seed + index) * 1_000,
        text: `v${String(seed)}${name}`,
      };
      return [name, all[kind]];
    }),
  );
}

/** The facts in a sentence: what was filled in, as the language says it. */
function factsIn(text: string, values: PhraseValues, locale: Locale): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const said: string[] =
      value instanceof Date
        ? [sayMoment(value, { locale, timeZone })]
        : typeof value === "number"
          ? [sayDuration(value, locale)]
          : typeof value === "string"
            ? [value]
            : (value ?? []).map((texts) => texts[locale] ?? "");
    return said.map((fact, index) => `${name}${String(index)}: ${String(text.includes(fact))}`);
  });
}

/** What is said when a phrase gets no values. */
function refusalOf(phrase: string): string {
  try {
    phraseIn({ phrase, values: {}, locale: "en", timeZone });
    return "none";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

describe.each(phrases)("the phrase %s", (key, { values, texts }) => {
  test("has the same arguments in every language, all of which it is filled with, and no markup", () => {
    const expected = Object.keys(values).toSorted();
    for (const locale of locales) {
      const found = new Set(argumentsOf(texts[locale]));
      found.delete("count");
      expect([locale, [...found].toSorted()]).toEqual([locale, expected]);
      expect(texts[locale]).not.toMatch(/[<>]|\s$|^\s/);
    }
  });

  test("holds no number of its own: what is a fact comes from the facts", () => {
    for (const locale of locales) expect(texts[locale].replaceAll(/\{[^}]*\}/g, "")).not.toMatch(/\d/);
  });

  test("renders every fact in every language, and none that another one has not", () => {
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        const filled = valuesFor(values, seed);
        for (const locale of locales) {
          const text = phraseIn({ phrase: key, values: filled, locale, timeZone });
          const facts = factsIn(text, filled, locale);
          expect(facts.filter((fact) => fact.endsWith("false"))).toEqual([]);
          const other = locales.find((one) => one !== locale) ?? "en";
          expect(text).not.toMatch(new RegExp(`c\\d[a-z]+${other.toUpperCase()}`));
        }
      }),
      { numRuns: 20 },
    );
  });

  test("has a preview, and says what it lacks", () => {
    for (const locale of locales) expect(previewOf(key, locale)).toMatch(/[.:]/);
    const [needed] = Object.keys(values);
    const refusal = needed === undefined ? "none" : `The phrase ${key} needs the value ${needed}.`;
    expect(refusalOf(key)).toBe(refusal);
  });
});

test("what there is", () => {
  expect(
    Object.fromEntries(phrases.map(([key]) => [key, locales.map((locale) => previewOf(key, locale))])),
  ).toMatchSnapshot();
});

test("a phrase that is not there is refused with where to look", () => {
  expect(() => phraseIn({ phrase: "nothing", values: {}, locale: "en", timeZone })).toThrow(
    "no phrase nothing",
  );
});

test.each([
  "constructor",
  "__proto__",
  "toString",
  "{x}",
  "'{'",
  "<b>",
  "{count, plural, other {#}}",
  "\u202E",
  "#",
])("a component called %s is a name, not a message", (name) => {
  const called: Localised = { fr: name, en: name, it: name };
  for (const locale of locales) {
    const values = { components: [called, called] };
    expect(phraseIn({ phrase: "degraded", values, locale, timeZone }).split(name)).toHaveLength(3);
  }
});

test("every label is there in every language", () => {
  const labels: [object, readonly string[]][] = [
    [statusLabels, [...incidentStatuses, ...maintenanceStatusSchema.options]],
    [impactLabels, impactStatuses],
    [categoryLabels, categories],
    [roleLabels, unitRoles],
    [headerLabels, Object.keys(headerLabels)],
  ];
  for (const [table, keys] of labels) {
    expect(Object.keys(table).toSorted()).toEqual([...keys].toSorted());
    for (const label of Object.values(table) as Record<string, string>[]) {
      expect(Object.keys(label)).toEqual([...locales]);
      expect(Object.values(label).every((text) => text.trim() !== "")).toBe(true);
    }
  }
});
