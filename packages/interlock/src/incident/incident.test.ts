import { describe, expect, test } from "vitest";
import { componentStatuses } from "./component-status.ts";
import { listComponents } from "./components/list-components.ts";
import { findIncident } from "./find-incident.ts";
import { openIncident, type OpeningIncident } from "./open-incident.ts";
import { postUpdate } from "./post-update.ts";
import { readImpacts } from "./read-impacts.ts";
import { readTimeline } from "./read-timeline.ts";
import { reopenIncident } from "./reopen-incident.ts";
import { resolveIncident } from "./resolve-incident.ts";
import { ada, callerOf, useIncidents } from "./testing-incidents.ts";

const testing = useIncidents();
const stranger = callerOf("bob", ["staging"]);

const opening: OpeningIncident = {
  environment: "production",
  priority: "P1",
  titles: { fr: "Perturbations des paiements", en: "Payment disruptions" },
  components: [{ component: "payment-api", status: "major_outage" }],
  unaffected: ["terminals"],
  hold: false,
  caller: ada,
};

async function statusOf(key: string): Promise<string | undefined> {
  const components = await listComponents(testing, { environment: "production" });
  return components.find((component) => component.key === key)?.status;
}

async function kinds(incident: string): Promise<string[]> {
  return (await readTimeline(testing.control.query, { incident })).map(({ kind }) => kind);
}

const attempt = <Result>(work: Promise<Result>): Promise<Result | string> =>
  work.catch((error: unknown) => (error as { code: string }).code);

describe("opening", () => {
  test("gives a number, holds what the affected components are, and says what is not affected", async () => {
    const first = await openIncident(testing.services, opening);
    const second = await openIncident(testing.services, { ...opening, priority: "P3" });
    expect(first).toMatchObject({
      reference: "INC-1",
      status: "investigating",
      scopes: ["app=payments"],
      holds: true,
      affected: [{ component: "payment-api", status: "major_outage" }],
      unaffected: [{ component: "terminals", status: "operational" }],
      revision: 1,
    });
    expect(second).toMatchObject({ reference: "INC-2", holds: false });
    expect(await statusOf("payment-api")).toBe("major_outage");
    expect(await statusOf("terminals")).toBe("operational");
    expect(await testing.told()).toEqual(["incident-opened", "unit-opened", "incident-opened"]);
    expect(await kinds(first.id)).toEqual(["opened", "unit-opened"]);
  });

  test("a P1 of which nothing is known holds everything in its environment, one with several components each scope", async () => {
    const nothing = await openIncident(testing.services, { ...opening, components: [], unaffected: [] });
    expect(nothing.scopes).toEqual(["env=production"]);
    const several = await openIncident(testing.services, {
      ...opening,
      unaffected: [],
      components: ["payment-api", "terminals", "portal"].map((component) => ({
        component,
        status: "partial_outage" as const,
      })),
    });
    expect(several.scopes).toEqual(["app=payments", "app=terminals"]);
    const given = await openIncident(testing.services, { ...opening, scope: "table=b,a  app=x" });
    expect(given.scopes).toEqual(["app=x table=a,b"]);
  });

  test.each<[string, Partial<OpeningIncident>]>([
    ["forbidden", { caller: stranger }],
    ["not-found", { environment: "nowhere" }],
    ["not-found", { components: [{ component: "nothing", status: "major_outage" }] }],
    ["input-not-valid", { unaffected: ["payment-api"] }],
    ["scope-not-valid", { scope: "colour=red" }],
    ["facts-not-coherent", { startedAt: new Date(Date.now() + 3_600_000) }],
    ["facts-not-coherent", { detectedAt: new Date(Date.now() + 3_600_000) }],
  ])("is refused as %s", async (code, change) => {
    await expect(openIncident(testing.services, { ...opening, ...change })).rejects.toMatchObject({ code });
    expect(await testing.told()).toEqual([]);
  });
});

describe("an update", () => {
  test("from one phrase is complete in three languages, and makes the incident public", async () => {
    const { reference, id } = await openIncident(testing.services, opening);
    const update = await postUpdate(testing.services, {
      incident: reference,
      status: "identified",
      phrases: ["identified-difficulties", "no-impact", "action-under-way"],
      publish: true,
      caller: ada,
    });
    expect(update).toMatchObject({
      incident: "INC-1",
      state: "published",
      missing: [],
      isBackdated: false,
      revision: 1,
    });
    expect(update.texts).toMatchObject([
      {
        locale: "fr",
        body: "Des difficultés sont confirmées sur API de Paiement.\nAucun impact sur Paiements sur TPE.\nNos équipes interviennent pour rétablir le service.",
      },
      {
        locale: "en",
        body: "Difficulties are confirmed on Payment API.\nNo impact on POS terminals.\nOur teams are at work to restore the service.",
      },
      {
        locale: "it",
        body: "Sono confermate difficoltà su API di Pagamento.\nNessun impatto su Terminali POS.\nI nostri team sono al lavoro per ripristinare il servizio.",
      },
    ]);
    expect(await findIncident(testing.control.query, id)).toMatchObject({
      status: "identified",
      is_public: true,
    });
    expect((await testing.told()).slice(2)).toEqual(["incident-changed", "update-published"]);
  });

  test("in free text needs every language of the page, or a reason", async () => {
    const { reference } = await openIncident(testing.services, opening);
    const said = { incident: reference, status: "identified" as const, publish: true, caller: ada };
    const one = { ...said, texts: { fr: "Une ligne.\r\nUne autre.", en: "One line." } };
    await expect(postUpdate(testing.services, one)).rejects.toMatchObject({
      code: "language-missing",
      message: "The update is not written in it.",
      next: expect.stringContaining("--it '…'") as string,
    });
    await expect(
      postUpdate(testing.services, { ...one, phrases: ["action-under-way"] }),
    ).rejects.toMatchObject({ code: "language-missing" });
    const { texts, missing, incompleteReason } = await postUpdate(testing.services, {
      ...one,
      incompleteReason: "Nobody who writes Italian is there.",
    });
    expect(texts.map(({ body }) => body)).toEqual(["Une ligne.\nUne autre.", "One line."]);
    expect({ missing, incompleteReason }).toEqual({
      missing: ["it"],
      incompleteReason: "Nobody who writes Italian is there.",
    });
    await expect(postUpdate(testing.services, said)).rejects.toMatchObject({ code: "input-not-valid" });
    await expect(
      postUpdate(testing.services, { ...said, phrases: ["fix-deployed-version"] }),
    ).rejects.toMatchObject({ code: "phrase-value-missing" });
  });
});

describe("the end, and after it", () => {
  test("one of two who resolve it does; reopened, what it did begins anew; resolved again, both intervals count", async () => {
    const startedAt = new Date(Date.now() - 3_600_000);
    const { reference, id } = await openIncident(testing.services, {
      ...opening,
      startedAt,
      detectedAt: startedAt,
    });
    const ended = new Date(startedAt.getTime() + 20 * 60_000);
    const results = await Promise.all(
      [1, 2].map(() =>
        attempt(resolveIncident(testing.services, { incident: reference, endedAt: ended, caller: ada })),
      ),
    );
    expect(results.filter((result) => result === "already-ended")).toHaveLength(1);
    expect(await statusOf("payment-api")).toBe("operational");
    const reopened = await reopenIncident(testing.services, {
      incident: reference,
      status: "investigating",
      caller: ada,
    });
    expect(reopened).toMatchObject({ status: "investigating", closedAt: null, endedAt: null });
    expect(await statusOf("payment-api")).toBe("major_outage");
    await resolveIncident(testing.services, { incident: reference, caller: ada });
    const intervals = await readImpacts(testing.control.query, id);
    expect(intervals.filter(({ component }) => component === "payment-api")).toMatchObject([
      { beganAt: startedAt.toISOString(), endedAt: ended.toISOString() },
      { status: "major_outage" },
    ]);
    expect((await componentStatuses(testing.control.query, { environment: "production" })).size).toBe(3);
    expect(await kinds(id)).toEqual([
      "opened",
      "unit-opened",
      "resolved",
      "reopened",
      "unit-opened",
      "resolved",
    ]);
  });

  test("of a public one clients are told in every language; afterwards only what watches on is said", async () => {
    const { reference } = await openIncident(testing.services, { ...opening, isPublic: true });
    await resolveIncident(testing.services, { incident: reference, caller: ada });
    expect((await testing.told()).slice(2)).toEqual(["incident-resolved", "update-published"]);
    const said = { incident: reference, phrases: ["still-watching"], publish: true, caller: ada };
    await postUpdate(testing.services, { ...said, status: "resolved" });
    await expect(postUpdate(testing.services, { ...said, status: "identified" })).rejects.toMatchObject({
      code: "already-ended",
      next: expect.stringContaining("incident reopen INC-1") as string,
    });
  });

  test("whoever has no token for its environment changes nothing", async () => {
    const { reference } = await openIncident(testing.services, opening);
    const before = await testing.told();
    const said = { incident: reference, phrases: ["resolved"], caller: stranger };
    await expect(resolveIncident(testing.services, said)).rejects.toMatchObject({ code: "forbidden" });
    await expect(
      postUpdate(testing.services, { ...said, status: "identified", publish: true }),
    ).rejects.toMatchObject({ code: "forbidden" });
    expect(await testing.told()).toEqual(before);
  });
});
