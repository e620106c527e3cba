import * as fc from "fast-check";
import { expect, test } from "vitest";
import { locales, type Locale } from "../api/localised.ts";
import { sayDuration } from "./duration.ts";
import { headerOf, type IncidentFacts } from "./header.ts";
import { sayMoment, sayTime } from "./moment.ts";

const timeZone = "Europe/Paris";
const at = (text: string): Date => new Date(text);

/** The 17 December. */
const facts: IncidentFacts = {
  startedAt: at("2024-12-17T14:17:00+01:00"),
  endedAt: at("2024-12-17T14:37:00+01:00"),
  category: "production-processing",
  responsibility: "Payplug",
  priority: "P1",
  affected: [{ fr: "API de Paiement", en: "Payment API", it: "API di Pagamento" }],
  unaffected: [{ fr: "Paiements sur TPE", en: "POS terminals", it: "Terminali POS" }],
};

function texts(given: IncidentFacts, locale: Locale): Record<string, string> {
  return Object.fromEntries(headerOf(given, { locale, timeZone }).map(({ label, text }) => [label, text]));
}

test("the header of the 17 December, in three languages", () => {
  expect(texts(facts, "fr")).toEqual({
    Début: "17 décembre 2024 à 14:17 CET",
    Fin: "17 décembre 2024 à 14:37 CET",
    Durée: "20 minutes",
    Catégorie: "Production - Traitement des opérations",
    Responsabilité: "Payplug",
    Priorité: "P1",
    "Services concernés": "API de Paiement",
    "Services non concernés": "Paiements sur TPE",
  });
  expect(texts(facts, "en")).toMatchObject({
    Start: "17 December 2024 at 14:17 CET",
    Duration: "20 minutes",
  });
  expect(texts(facts, "it")).toMatchObject({
    Inizio: "17 dicembre 2024 alle ore 14:17 CET",
    Durata: "20 minuti",
  });
});

test("what is not known yet has no field, and what has several values says them all", () => {
  const open = {
    ...facts,
    endedAt: null,
    unaffected: [],
    affected: [...facts.affected, ...facts.unaffected],
  };
  expect(Object.keys(texts(open, "en"))).toEqual([
    "Start",
    "Category",
    "Responsibility",
    "Priority",
    "Affected services",
  ]);
  expect(texts(open, "fr")["Services concernés"]).toBe("API de Paiement et Paiements sur TPE");
  expect(texts(open, "it")["Servizi interessati"]).toBe("API di Pagamento e Terminali POS");
});

test("on the night on which the clock shows 02:30 twice, the zone tells them apart; the duration is what passed", () => {
  const first = at("2026-10-25T02:30:00+02:00");
  const second = at("2026-10-25T02:30:00+01:00");
  expect(locales.map((locale) => sayTime(first, { locale, timeZone }))).toEqual([
    "02:30 CEST",
    "02:30 CEST",
    "02:30 CEST",
  ]);
  expect(locales.map((locale) => sayTime(second, { locale, timeZone }))).toEqual([
    "02:30 CET",
    "02:30 CET",
    "02:30 CET",
  ]);
  const header = texts({ ...facts, startedAt: first, endedAt: second }, "en");
  expect([header["Start"], header["End"], header["Duration"]]).toEqual([
    "25 October 2026 at 02:30 CEST",
    "25 October 2026 at 02:30 CET",
    "1 hour",
  ]);
});

test("on the night on which the clock passes over 02:30, 20 minutes are 20 minutes", () => {
  const header = texts(
    { ...facts, startedAt: at("2026-03-29T01:50:00+01:00"), endedAt: at("2026-03-29T03:10:00+02:00") },
    "it",
  );
  expect([header["Inizio"], header["Fine"], header["Durata"]]).toEqual([
    "29 marzo 2026 alle ore 01:50 CET",
    "29 marzo 2026 alle ore 03:10 CEST",
    "20 minuti",
  ]);
});

function numbers(text: string): string[] {
  return text.match(/\d+/g) ?? [];
}

test("numbers of moments and durations are the same in every language", () => {
  const moment = fc.date({
    min: at("2020-01-01T00:00:00Z"),
    max: at("2040-01-01T00:00:00Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moment, fc.nat(40 * 86_400_000), (startedAt, lasted) => {
      const endedAt = new Date(startedAt.getTime() + lasted);
      const said = locales.map((locale) => ({
        start: numbers(sayMoment(startedAt, { locale, timeZone })),
        zone: sayMoment(startedAt, { locale, timeZone }).split(" ").at(-1),
        duration: numbers(sayDuration(lasted, locale)),
        header: headerOf({ ...facts, startedAt, endedAt }, { locale, timeZone }).flatMap(({ key, text }) =>
          key === "start" || key === "end" || key === "duration" ? [[key, numbers(text)]] : [],
        ),
      }));
      expect(said[1]).toEqual(said[0]);
      expect(said[2]).toEqual(said[0]);
      expect(said[0]?.zone).toMatch(/^CES?T$/);
    }),
  );
});
