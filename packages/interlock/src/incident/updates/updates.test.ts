import { beforeEach, describe, expect, test } from "vitest";
import type { Localised } from "../../api/localised.ts";
import type { Update, UpdateEdit } from "../../api/updates.ts";
import { findIncident } from "../find-incident.ts";
import { openIncident } from "../open-incident.ts";
import { postUpdate } from "../post-update.ts";
import { ada, callerOf, useIncidents } from "../testing-incidents.ts";
import { confirmUpdate } from "./confirm-update.ts";
import { editUpdate } from "./edit-update.ts";
import { publishUpdate } from "./publish-update.ts";
import { withdrawUpdate } from "./withdraw-update.ts";

const testing = useIncidents();
const stranger = callerOf("bob", ["staging"]);
const whole: Localised = { fr: "Ça va.", en: "All is well.", it: "Tutto bene." };
let incident = "";

beforeEach(async () => {
  const opened = await openIncident(testing.services, {
    environment: "production",
    priority: "P2",
    titles: { en: "Payments fail" },
    components: [{ component: "payment-api", status: "partial_outage" }],
    startedAt: new Date(Date.now() - 3_600_000),
    hold: false,
    caller: ada,
  });
  incident = opened.id;
});

async function say(more: object = {}): Promise<Update> {
  return postUpdate(testing.services, {
    incident,
    status: "identified",
    texts: whole,
    publish: true,
    caller: ada,
    ...more,
  });
}

async function edit(update: string, given: Partial<UpdateEdit>, caller = ada): Promise<Update> {
  return editUpdate(testing.services, {
    update,
    edit: { texts: {}, revisions: {}, isCorrection: false, ...given },
    caller,
  });
}

async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => (error as { code: string }).code,
  );
}

const staleOf = ({ texts }: Update): string[] =>
  texts.filter(({ isStale }) => isStale).map(({ locale }) => locale);

describe("editing what is public", () => {
  test("one language alone needs a reason, and makes the others stale until they are written or confirmed", async () => {
    const { id } = await say();
    const one = { texts: { fr: "Ça ne va pas." }, revisions: { fr: 1 } };
    await expect(edit(id, one)).rejects.toMatchObject({
      code: "language-stale",
      message: "The text in en, it does not say what the others do now.",
      next: expect.stringContaining(`interlock incident edit ${id} … --en '…' --it '…'`) as string,
    });
    const edited = await edit(id, { ...one, incompleteReason: "The French was wrong." });
    expect(staleOf(edited)).toEqual(["en", "it"]);
    expect(edited).toMatchObject({ revision: 2, incompleteReason: "The French was wrong." });
    expect(edited.editedAt).not.toBeNull();
    const confirmed = await confirmUpdate(testing.services, { update: id, locales: ["it"], caller: ada });
    expect(staleOf(confirmed)).toEqual(["en"]);
    // What catches up says nothing new: nobody is told again.
    const caughtUp = await edit(id, { texts: { en: "All is not well." }, revisions: { en: 1 } });
    expect(staleOf(caughtUp)).toEqual([]);
    expect(caughtUp.revision).toBe(2);
    const all = await edit(id, { texts: { fr: "a", en: "b", it: "c" }, revisions: { fr: 2, en: 2, it: 2 } });
    expect([staleOf(all), all.revision]).toEqual([[], 3]);
    const kept = await testing.control.query(
      "select from interlock_control.update_texts where update = $1::text",
      [id],
    );
    expect(kept).toHaveLength(9);
  });

  test("a slip of the pen makes nothing stale and tells nobody, but is marked", async () => {
    const { id } = await say();
    const corrected = await edit(id, {
      texts: { en: "All is well!" },
      revisions: { en: 1 },
      isCorrection: true,
    });
    expect([staleOf(corrected), corrected.revision]).toEqual([[], 1]);
    expect(corrected.editedAt).not.toBeNull();
    const [event] = await testing.control.query<{ detail: { isTold: boolean } }>(
      "select detail from interlock_control.events where kind = 'update-edited'",
    );
    expect(event?.detail).toMatchObject({ isTold: false, what: "corrected" });
  });

  test("whoever read an older text, or may not, changes nothing", async () => {
    const { id } = await say();
    const change = { texts: whole, revisions: { fr: 1, en: 1, it: 1 } };
    expect(await outcome(edit(id, change))).toBe("conflict");
    const other = { ...change, texts: { ...whole, it: "Va bene." } };
    const results = await Promise.all([outcome(edit(id, other)), outcome(edit(id, other))]);
    expect(results.toSorted()).toEqual(["conflict", "done"]);
    expect(await outcome(edit(id, other, stranger))).toBe("forbidden");
    expect(await outcome(confirmUpdate(testing.services, { update: id, locales: ["fr"], caller: ada }))).toBe(
      "conflict",
    );
    expect(
      await outcome(confirmUpdate(testing.services, { update: id, locales: ["fr"], caller: stranger })),
    ).toBe("forbidden");
    expect(await outcome(edit("upd_0123456789abcdef", other))).toBe("not-found");
  });

  test("is taken off the page once, with a reason; its texts are kept", async () => {
    const { id } = await say();
    const withdraw = (caller = ada): Promise<string> =>
      outcome(withdrawUpdate(testing.services, { update: id, reason: "wrong", caller }));
    expect(await withdraw(stranger)).toBe("forbidden");
    expect((await Promise.all([withdraw(), withdraw()])).toSorted()).toEqual(["already-ended", "done"]);
    expect(await outcome(edit(id, { texts: { fr: "x" }, revisions: { fr: 1 } }))).toBe("already-ended");
  });
});

describe("a draft", () => {
  test("changes nothing until it is published, in all languages, and then speaks of that moment", async () => {
    const draft = await say({
      publish: false,
      texts: { fr: "Ça va." },
      status: "monitoring",
      components: [{ component: "payment-api", status: "degraded_performance" }],
    });
    expect(draft).toMatchObject({ state: "draft", missing: ["en", "it"], publishedAt: null });
    expect(await findIncident(testing.control.query, incident)).toMatchObject({
      status: "investigating",
      is_public: false,
      impacts: [{ status: "partial_outage" }],
    });
    const publish = (caller = ada): Promise<string> =>
      outcome(publishUpdate(testing.services, { update: draft.id, caller }));
    expect(await publish()).toBe("language-missing");
    await edit(draft.id, { texts: { en: "All is well." } });
    await edit(draft.id, { texts: { it: "Tutto bene." } });
    await edit(draft.id, { texts: { fr: "Ça va mieux." }, revisions: { fr: 1 } });
    expect(await publish()).toBe("language-stale");
    await confirmUpdate(testing.services, { update: draft.id, locales: ["en", "it"], caller: ada });
    expect(await publish(stranger)).toBe("forbidden");
    expect((await Promise.all([publish(), publish()])).toSorted()).toEqual(["already-ended", "done"]);
    expect(await findIncident(testing.control.query, incident)).toMatchObject({
      status: "monitoring",
      is_public: true,
      impacts: [{ status: "degraded_performance" }],
    });
  });
});

function before(minutes: number): Date {
  return new Date(Date.now() - minutes * 60_000);
}

test("a reason for a gap is kept only where there is one; a phrase about the end knows of it", async () => {
  expect((await say({ incompleteReason: "just in case" })).incompleteReason).toBeNull();
  const resolved = await say({ status: "resolved", texts: undefined, phrases: ["service-restored"] });
  expect(resolved.texts[1]?.body).toMatch(/after 1 hour of disruption\.$/);
});

describe("moments", () => {
  test("what is told long after is marked; what is to come is refused", async () => {
    expect((await say({ occurredAt: before(4) })).isBackdated).toBe(false);
    expect((await say({ occurredAt: before(6) })).isBackdated).toBe(true);
    expect(await outcome(say({ occurredAt: before(-2) }))).toBe("facts-not-coherent");
  });
});

test("what is hostile in a text is kept as it was written, in every field", async () => {
  const hostile = `<script>alert(1)</script> {count, plural, other {#}} '{x}' &amp; \u202Egnp.exe\u2066 <b>\n${"é".repeat(5_000)}`;
  const texts = { fr: hostile, en: hostile, it: hostile };
  const update = await say({
    texts,
    phrases: ["fix-deployed-version"],
    values: { version: "<img src=x>{y}" },
  });
  for (const { body } of update.texts) {
    expect(body.endsWith(hostile)).toBe(true);
    expect(body).toContain("<img src=x>{y}");
  }
  const long = "x".repeat(10_000);
  expect(await outcome(say({ texts: { fr: long, en: long, it: long } }))).toBe("done");
  expect(await outcome(say({ texts: { fr: long, en: long, it: long }, phrases: ["resolved"] }))).toBe(
    "input-not-valid",
  );
});
