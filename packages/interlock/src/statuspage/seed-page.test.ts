import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ada, callerOf, useIncidents } from "../incident/testing-incidents.ts";
import { proposeAction } from "../postmortem/actions/propose-action.ts";
import { suggestActions } from "../postmortem/actions/suggest-actions.ts";
import { draftPostmortem } from "../postmortem/draft-postmortem.ts";
import { publishPostmortem } from "../postmortem/publish-postmortem.ts";
import { readFacts } from "../postmortem/read-facts.ts";
import { reviewPostmortem } from "../postmortem/review-postmortem.ts";
import { pushSeries } from "../postmortem/series/push-series.ts";
import { submitPostmortem } from "../postmortem/submit-postmortem.ts";
import { insertSeed, paris, seedChange, seedSeries } from "../postmortem/testing-seed.ts";
import { readPageModel } from "./read/read-page-model.ts";
import { renderSite } from "./render-site.ts";
import { textOfPage } from "./testing-text.ts";

const testing = useIncidents();
const incident = "INC-12";

/** The 17 December with its figures, and its post-mortem written, reviewed by somebody else and published. */
async function publishSeed(): Promise<void> {
  await insertSeed(testing.control);
  await pushSeries(testing, { incident, points: seedSeries(), caller: ada });
  let { revision } = await draftPostmortem(testing, { incident, causedBy: seedChange, caller: ada });
  const facts = await readFacts(testing.control.query, incident);
  for (const { kind, symptoms, texts, rule } of suggestActions(facts, paris("15:00"))) {
    const action = { kind, symptoms, texts, dueAt: null, isPublic: true };
    await proposeAction(testing, {
      incident,
      action: rule === null ? action : { ...action, kind: "task" },
      caller: ada,
    });
  }
  ({ revision } = await submitPostmortem(testing, { incident, revision, caller: ada }));
  const grace = callerOf("grace");
  ({ revision } = await reviewPostmortem(testing, { incident, note: null, revision, caller: grace }));
  await publishPostmortem(testing, { incident, revision, caller: ada });
}

test("everything of the 17 December is on the page that comes out of the database", async () => {
  await publishSeed();
  const model = await readPageModel(testing.control);
  if (model === undefined) throw new Error("there is a page");
  const site = renderSite(model, new Date());
  // `INTERLOCK_PAGE_OUT=/tmp/page npx vitest run …` keeps it, to be looked at.
  const out = process.env["INTERLOCK_PAGE_OUT"] ?? "";
  for (const [path, { body }] of out === "" ? [] : site) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), body);
  }
  const page = site.get("fr/incidents/INC-12.html")?.body.toString("utf8") ?? "";
  const text = textOfPage(page);
  for (const wanted of ["14:17", "14:37", "20 minutes", "P1", "Payment API", "API de Paiement"]) {
    expect(text).toContain(wanted);
  }
  // Its post-mortem in two languages, each with its picture, and both pictures with a text of their own.
  expect(page).toContain('id="postmortem"');
  expect(page.match(/<figure class="outage-figure">/g)).toHaveLength(2);
  for (const word of ["Cause racine", "Root cause", "Symptôme", "Symptom"]) expect(text).toContain(word);
  expect(page).not.toContain("{{");
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});
