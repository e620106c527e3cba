import { describe, expect, test } from "vitest";
import { ada, callerOf, useIncidents } from "../incident/testing-incidents.ts";
import { proposeAction } from "./actions/propose-action.ts";
import { suggestActions } from "./actions/suggest-actions.ts";
import { draftPostmortem } from "./draft-postmortem.ts";
import { readDocument } from "./read-document.ts";
import { readFacts } from "./read-facts.ts";
import { pushSeries } from "./series/push-series.ts";
import { insertSeed, paris, seedChange, seedSeries } from "./testing-seed.ts";

const testing = useIncidents();
const incident = "INC-12";

async function insertAndDraft(): Promise<void> {
  await insertSeed(testing.control);
  await pushSeries(testing, { incident, points: seedSeries(), caller: ada });
  await draftPostmortem(testing, { incident, causedBy: seedChange, caller: ada });
  const facts = await readFacts(testing.control.query, incident);
  for (const { kind, symptoms, texts, rule } of suggestActions(facts, paris("15:00"))) {
    const action = { kind, symptoms, texts, dueAt: null, isPublic: true };
    // Rules of the future are what the suggestions hold; here they are written down as tasks.
    await proposeAction(testing, {
      incident,
      action: rule === null ? action : { ...action, kind: "task" },
      caller: ada,
    });
  }
}

/** Every number and clock in a text, however its language writes them. */
function figuresIn(markdown: string): string[] {
  const found = markdown.match(/\d+:\d+|\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+(?!\d)|\d+(?:[.,]\d+)?/g) ?? [];
  return found
    .map((text) => text.replaceAll(/[,.\u00a0\u202f ](?=\d{3}(?!\d))/g, "").replace(",", "."))
    .toSorted();
}

describe("the 17 December 2024", () => {
  test.each(["fr", "en", "it"] as const)("in public, in %s", async (locale) => {
    if (locale === "it") {
      await testing.control.query(
        "update interlock_control.status_page set postmortem_locales = '{fr,en,it}'",
      );
    }
    await insertAndDraft();
    const { markdown } = await readDocument(testing.control.query, {
      incident,
      locale,
      audience: "public",
      edition: "draft",
    });
    await expect(markdown).toMatchFileSnapshot(`golden/2024-12-17.${locale}.md`);
    expect(markdown).not.toContain("is_paid");
    expect(markdown).not.toContain("{{");
  });

  test("for the company itself", async () => {
    await insertAndDraft();
    const { markdown } = await readDocument(testing.control.query, {
      incident,
      locale: "en",
      audience: "internal",
      edition: "draft",
    });
    await expect(markdown).toMatchFileSnapshot("golden/2024-12-17.internal.md");
    expect(markdown).toContain("select is_paid from payments");
  });

  test("every section says the same figures and moments in every language", async () => {
    await testing.control.query("update interlock_control.status_page set postmortem_locales = '{fr,en,it}'");
    await insertAndDraft();
    const [fr, en, it] = await Promise.all(
      (["fr", "en", "it"] as const).map(async (locale) => {
        const asked = { incident, locale, audience: "public", edition: "draft" } as const;
        const { sections } = await readDocument(testing.control.query, asked);
        return sections.map(({ key, markdown }) => [key, figuresIn(markdown)]);
      }),
    );
    expect(fr).toEqual(en);
    expect(it).toEqual(en);
    expect(en?.find(([key]) => key === "impact")).toEqual([
      "impact",
      ["14:17", "14:37", "17", "195600", "20", "2024", "288000", "67.9"],
    ]);
  });

  test("a fact that is corrected later is right in every text", async () => {
    await insertAndDraft();
    await testing.control.query(
      "update interlock_control.incidents set started_at = $1::timestamptz, recovered_at = $2::timestamptz",
      [paris("14:16"), paris("14:37")],
    );
    for (const [locale, says] of [
      ["fr", "21 minutes, le 17 décembre 2024 de 14:16 CET à 14:37 CET"],
      ["en", "21 minutes, on 17 December 2024 from 14:16 CET to 14:37 CET"],
    ] as const) {
      const { markdown } = await readDocument(testing.control.query, {
        incident,
        locale,
        audience: "public",
        edition: "draft",
      });
      expect(markdown).toContain(says);
      expect(markdown).not.toContain("14:17 CET** — The incident begins");
    }
  });
});

test("what the facts speak for can be proposed as it is, and each holds the culprit back", async () => {
  await insertSeed(testing.control);
  await draftPostmortem(testing, { incident, causedBy: seedChange, caller: ada });
  const facts = await readFacts(testing.control.query, incident);
  const suggestions = suggestActions(facts, new Date());
  expect(suggestions.map(({ key }) => key)).toEqual([
    "block-partial",
    "ship-separately",
    "second-reader",
    "size-limit",
    "shorten-deployment",
  ]);
  for (const { kind, symptoms, texts, rule } of suggestions) {
    const action = { kind, symptoms, texts, dueAt: null, isPublic: true, ...(rule === null ? {} : { rule }) };
    const { backtest } = await proposeAction(testing, { incident, action, caller: ada });
    const stopped = kind === "task" ? undefined : [{ change: seedChange, causedIncident: "INC-12" }];
    expect(backtest?.stoppedCaused.map(({ change, causedIncident }) => ({ change, causedIncident }))).toEqual(
      stopped,
    );
  }
});

test("failed requests that only a monitoring system knows of are told without a picture of them", async () => {
  await insertSeed(testing.control);
  for (const [key, detail] of [
    ["a", { failedRequests: 12_000, requests: 15_000 }],
    ["b", { failedRequests: 9_000 }],
    ["c", { failedRequests: "many" }],
  ] as const) {
    await testing.control.query(
      `insert into interlock_control.signals (id, environment, source, origin, key, severity, state, title, detail, started_at, latest_started_at, ended_at, incident)
       values ('sig_000000000000000' || $1::text, 'production', 'hook', 'grafana', $1::text, 'critical', 'ended', 't', $2::jsonb,
               $3::timestamptz, $3::timestamptz, $3::timestamptz, 'inc_0000000000000012')`,
      [key, JSON.stringify(detail), paris("14:20")],
    );
  }
  await draftPostmortem(testing, { incident, caller: ada });
  const { markdown, picture } = await readDocument(testing.control.query, {
    incident,
    locale: "en",
    audience: "public",
    edition: "draft",
  });
  expect(markdown).toContain("12,000 of 15,000 requests failed in that time (80%).");
  expect(picture).toBeNull();
});

test("where nothing is known, nothing is said: no cause, no requests, no actions, no picture", async () => {
  await insertSeed(testing.control);
  await testing.control.query("delete from interlock_control.alarms");
  await testing.control.query("delete from interlock_control.releases");
  const drafted = await draftPostmortem(testing, { incident, caller: callerOf("eve") });
  expect(drafted.suggestions).toEqual([]);
  expect(drafted.texts.map(({ missing }) => missing)).toEqual([["root-cause"], ["root-cause"]]);
  const { markdown, picture } = await readDocument(testing.control.query, {
    incident,
    locale: "en",
    audience: "internal",
    edition: "draft",
  });
  expect(picture).toBeNull();
  expect(markdown).not.toMatch(/requests|Root cause|glance|not known/);
  expect(markdown).toContain("None.");
});
