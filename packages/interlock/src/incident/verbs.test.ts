import { beforeEach, describe, expect, test } from "vitest";
import type { Incident } from "../api/incidents.ts";
import type { Caller } from "../access/caller.ts";
import { acknowledgeIncident } from "./acknowledge-incident.ts";
import { addNote } from "./add-note.ts";
import { changeFacts } from "./change-facts.ts";
import { changeImpacts } from "./change-impacts.ts";
import { changePriority } from "./change-priority.ts";
import { classifyIncident } from "./classify-incident.ts";
import { mergeIncident } from "./merge-incident.ts";
import { openIncident } from "./open-incident.ts";
import { postUpdate } from "./post-update.ts";
import { readImpacts } from "./read-impacts.ts";
import { readIncident } from "./read-incident.ts";
import { readTimeline } from "./read-timeline.ts";
import { reopenIncident } from "./reopen-incident.ts";
import { recordSubmission } from "./reporting/record-submission.ts";
import { resolveIncident } from "./resolve-incident.ts";
import { ada, callerOf, useIncidents } from "./testing-incidents.ts";
import { assignRole } from "./unit/assign-role.ts";
import { openUnitOf } from "./unit/open-unit-of.ts";

const testing = useIncidents();
const stranger = callerOf("bob", ["staging"]);
const startedAt = new Date(Date.now() - 3_600_000);
const minutes = (count: number): Date => new Date(startedAt.getTime() + count * 60_000);
let incident: Incident;

beforeEach(async () => {
  incident = await open();
});

async function open(more: object = {}): Promise<Incident> {
  return openIncident(testing.services, {
    environment: "production",
    priority: "P2",
    titles: { en: "Payments fail" },
    components: [{ component: "payment-api", status: "partial_outage" }],
    startedAt,
    hold: false,
    caller: ada,
    ...more,
  });
}

async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => (error as { code: string }).code,
  );
}

async function entries(kind: string): Promise<unknown[]> {
  const timeline = await readTimeline(testing.control.query, { incident: incident.id });
  return timeline.filter((entry) => entry.kind === kind).map(({ detail }) => detail);
}

/** Every verb on an incident, as somebody does it. */
const verbs: Record<string, (caller: Caller, of: string) => Promise<unknown>> = {
  acknowledge: (caller, of) => acknowledgeIncident(testing.services, { incident: of, caller }),
  assign: (caller, of) =>
    assignRole(testing.services, { incident: of, role: "lead", person: "grace", caller }),
  unit: (caller, of) => openUnitOf(testing.services, { incident: of, caller }),
  note: (caller, of) => addNote(testing.services, { incident: of, text: "seen", caller }),
  priority: (caller, of) => changePriority(testing.services, { incident: of, priority: "P3", caller }),
  facts: (caller, of) =>
    changeFacts(testing.services, { incident: of, change: { revision: 1, category: "network" }, caller }),
  impact: (caller, of) =>
    changeImpacts(testing.services, { incident: of, components: [], unaffected: ["terminals"], caller }),
  update: (caller, of) =>
    postUpdate(testing.services, {
      incident: of,
      status: "identified",
      phrases: ["action-under-way"],
      publish: true,
      caller,
    }),
  resolve: (caller, of) => resolveIncident(testing.services, { incident: of, caller }),
  classify: (caller, of) => classifyIncident(testing.services, { incident: of, reason: "clients", caller }),
};

describe("every verb", () => {
  test.each(Object.keys(verbs))(
    "%s is refused to who has no token for the environment, and of what is not there",
    async (name) => {
      const before = await testing.told();
      expect(await outcome(verbs[name]?.(stranger, incident.reference) ?? Promise.resolve())).toBe(
        "forbidden",
      );
      expect(await outcome(verbs[name]?.(ada, "INC-99") ?? Promise.resolve())).toBe("not-found");
      expect(await testing.told()).toEqual(before);
    },
  );

  test.each(["acknowledge", "assign", "unit", "priority", "facts", "impact", "resolve", "classify"])(
    "of two who %s at once, one does, and it is told, audited and on the timeline once",
    async (name) => {
      const before = (await testing.told()).length;
      const results = await Promise.all(
        [1, 2].map(() => outcome(verbs[name]?.(ada, incident.id) ?? Promise.resolve())),
      );
      expect(results.filter((result) => result === "done")).toHaveLength(1);
      expect(results.find((result) => result !== "done")).toMatch(/^(?:conflict|already-ended)$/);
      expect((await testing.told()).length - before).toBe(1);
      const audited = await testing.control.query(
        "select action from interlock_control.audit_log where subject = $1::text and action <> 'incident.open'",
        [incident.id],
      );
      expect(audited).toHaveLength(1);
      expect((await readTimeline(testing.control.query, { incident: incident.id })).length).toBe(2);
    },
  );

  test("is refused, all but notes and facts, once it is resolved, until it is reopened", async () => {
    await resolveIncident(testing.services, { incident: incident.id, caller: ada });
    for (const name of ["acknowledge", "unit", "priority", "impact", "update", "resolve"]) {
      expect([name, await outcome(verbs[name]?.(ada, incident.id) ?? Promise.resolve())]).toEqual([
        name,
        "already-ended",
      ]);
    }
    expect(await outcome(verbs["note"]?.(ada, incident.id) ?? Promise.resolve())).toBe("done");
    expect(
      await outcome(
        reopenIncident(testing.services, { incident: incident.id, status: "identified", caller: ada }),
      ),
    ).toBe("done");
    expect(
      await outcome(
        reopenIncident(testing.services, { incident: incident.id, status: "identified", caller: ada }),
      ),
    ).toBe("conflict");
    expect(await outcome(verbs["update"]?.(ada, incident.id) ?? Promise.resolve())).toBe("done");
  });
});

describe("facts", () => {
  test("follow each other, and whoever read older ones changes nothing", async () => {
    const change = (more: object): Promise<Incident> =>
      changeFacts(testing.services, { incident: incident.id, change: { revision: 1, ...more }, caller: ada });
    expect(await outcome(change({ startedAt: minutes(120).toISOString() }))).toBe("facts-not-coherent");
    expect(await outcome(change({ recoveredAt: minutes(-1).toISOString() }))).toBe("facts-not-coherent");
    expect(await outcome(change({ endedAt: minutes(20).toISOString() }))).toBe("input-not-valid");
    const corrected = await change({ startedAt: minutes(-10).toISOString(), titles: { fr: "Paiements" } });
    expect(corrected).toMatchObject({
      startedAt: minutes(-10).toISOString(),
      titles: { fr: "Paiements" },
      revision: 2,
    });
    expect(await outcome(change({ category: "network" }))).toBe("conflict");
    expect(await entries("facts-changed")).toMatchObject([
      {
        changed: {
          startedAt: { from: startedAt.toISOString(), to: minutes(-10).toISOString(), isBackdated: true },
        },
      },
    ]);
    // What the components suffered begins with it.
    expect(await readImpacts(testing.control.query, incident.id)).toMatchObject([
      { component: "payment-api", beganAt: minutes(-10).toISOString(), endedAt: null },
    ]);
  });

  test("of the end are given when it is resolved, and corrected afterwards; the header follows in every language", async () => {
    await resolveIncident(testing.services, { incident: incident.id, recoveredAt: minutes(20), caller: ada });
    const { header } = await readIncident(testing.services, incident.reference);
    expect(header.fr.map(({ label }) => label)).toEqual([
      "Début",
      "Fin",
      "Durée",
      "Catégorie",
      "Responsabilité",
      "Priorité",
      "Services concernés",
    ]);
    expect(
      [header.fr, header.en, header.it].map((fields) => fields.find(({ key }) => key === "duration")?.text),
    ).toEqual(["20 minutes", "20 minutes", "20 minuti"]);
    expect(
      await outcome(
        resolveIncident(testing.services, { incident: (await open()).id, endedAt: minutes(-5), caller: ada }),
      ),
    ).toBe("facts-not-coherent");
  });
});

async function impact(
  status: "operational" | "major_outage" | "degraded_performance",
  at?: Date,
): Promise<Incident> {
  return changeImpacts(testing.services, {
    incident: incident.id,
    components: [{ component: "payment-api", status }],
    unaffected: [],
    at,
    caller: ada,
  });
}

describe("components of an incident", () => {
  test("change over time, interval by interval, and what was wrong from the beginning is put right", async () => {
    await impact("major_outage", minutes(10));
    await impact("degraded_performance", minutes(30));
    expect(await outcome(impact("operational", minutes(20)))).toBe("conflict");
    expect(await readImpacts(testing.control.query, incident.id)).toMatchObject([
      { status: "partial_outage", beganAt: startedAt.toISOString(), endedAt: minutes(10).toISOString() },
      { status: "major_outage", beganAt: minutes(10).toISOString(), endedAt: minutes(30).toISOString() },
      { status: "degraded_performance", beganAt: minutes(30).toISOString(), endedAt: null },
    ]);
    await impact("major_outage", minutes(30));
    const intervals = await readImpacts(testing.control.query, incident.id);
    expect(intervals.map(({ status }) => status)).toEqual(["partial_outage", "major_outage", "major_outage"]);
  });

  test("that never were affected after all are told as such", async () => {
    const put = await impact("operational", startedAt);
    expect(put).toMatchObject({ affected: [], unaffected: [{ component: "payment-api" }] });
  });
});

describe("the unit", () => {
  test("whoever has a role is relieved only by name", async () => {
    const assign = (person: string | null, instead?: string): Promise<Incident> =>
      assignRole(testing.services, { incident: incident.id, role: "lead", person, instead, caller: ada });
    await assign("grace");
    expect(await outcome(assign("hal"))).toBe("conflict");
    expect(await outcome(assign("hal", "bob"))).toBe("conflict");
    expect(await outcome(assign("hal", "grace"))).toBe("done");
    expect(await outcome(assign(null))).toBe("done");
    expect(await outcome(assign(null))).toBe("conflict");
    const { unit } = await readIncident(testing.services, incident.id);
    expect(unit.roles.map(({ person, endedAt }) => [person, endedAt !== null])).toEqual([
      ["grace", true],
      ["hal", true],
    ]);
  });

  test("is called when it becomes a P1, and then it holds; as a P3 it holds no more", async () => {
    const p1 = await changePriority(testing.services, { incident: incident.id, priority: "P1", caller: ada });
    expect(p1).toMatchObject({ holds: true, scopes: ["app=payments"], revision: 2 });
    expect(p1.unitOpenedAt).not.toBeNull();
    const p3 = await changePriority(testing.services, { incident: incident.id, priority: "P3", caller: ada });
    expect(p3).toMatchObject({ holds: false, scopes: ["app=payments"], revision: 3 });
  });
});

async function merge(from: string, into: string): Promise<Incident> {
  return mergeIncident(testing.services, { incident: from, into, caller: ada });
}

describe("merging", () => {
  test("takes components along, keeps the timeline readable, points there in public, and tells nobody", async () => {
    const other = await open({
      components: [{ component: "terminals", status: "major_outage" }],
      startedAt: minutes(10),
    });
    await postUpdate(testing.services, {
      incident: other.id,
      status: "identified",
      phrases: ["action-under-way"],
      publish: true,
      caller: ada,
    });
    const merged = await merge(other.reference, incident.reference);
    expect(merged).toMatchObject({ status: "resolved", mergedInto: incident.reference });
    const { incident: target, merged: from } = await readIncident(testing.services, incident.id);
    expect(from).toEqual([other.reference]);
    expect(target).toMatchObject({
      isPublic: true,
      affected: [{ component: "payment-api" }, { component: "terminals", status: "major_outage" }],
    });
    const { updates } = await readIncident(testing.services, other.id);
    expect(updates[0]).toMatchObject({ phrases: ["merged-into"], notifies: false, missing: [] });
    expect(updates[0]?.texts[1]?.body).toContain(incident.reference);
    const timeline = await readTimeline(testing.control.query, { incident: incident.id });
    expect(timeline.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["update-published", "merged", "merged-in"]),
    );
    expect(await outcome(verbs["update"]?.(ada, other.id) ?? Promise.resolve())).toBe("already-ended");
    expect(
      await outcome(
        reopenIncident(testing.services, { incident: other.id, status: "identified", caller: ada }),
      ),
    ).toBe("already-ended");
  });

  test("into each other at once is done by one of two; never into itself, nor into what is over", async () => {
    const other = await open();
    const results = await Promise.all([
      outcome(merge(incident.id, other.id)),
      outcome(merge(other.id, incident.id)),
    ]);
    expect(results.toSorted()).toEqual(["already-ended", "done"]);
    const third = await open();
    expect(await outcome(merge(third.id, third.reference))).toBe("input-not-valid");
    const over = results[0] === "done" ? incident : other;
    expect(await outcome(merge(third.id, over.id))).toBe("already-ended");
    expect(
      await outcome(mergeIncident(testing.services, { incident: third.id, into: over.id, caller: stranger })),
    ).toBe("forbidden");
  });
});

test("reports to the authorities are written down once, in their order, after the classification", async () => {
  const submit = (kind: "initial" | "intermediate" | "final"): Promise<string> =>
    outcome(recordSubmission(testing.services, { incident: incident.id, kind, caller: ada }));
  expect(await submit("initial")).toBe("conflict");
  await classifyIncident(testing.services, {
    incident: incident.id,
    reason: "clients affected",
    caller: ada,
  });
  expect(await submit("intermediate")).toBe("conflict");
  expect((await Promise.all([submit("initial"), submit("initial")])).toSorted()).toEqual([
    "conflict",
    "done",
  ]);
  expect(await submit("intermediate")).toBe("done");
  const { reports } = await readIncident(testing.services, incident.id);
  expect(reports.map(({ kind, state }) => [kind, state])).toEqual([
    ["initial", "submitted"],
    ["intermediate", "submitted"],
    ["final", "due"],
  ]);
  expect(
    await outcome(
      recordSubmission(testing.services, { incident: incident.id, kind: "final", caller: stranger }),
    ),
  ).toBe("forbidden");
});
