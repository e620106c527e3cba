import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { IncidentStatus } from "../api/incidents.ts";
import { incidentStatuses } from "../api/incidents.ts";
import type { Control } from "../control/control.ts";
import { changeImpacts } from "./change-impacts.ts";
import { isOpen, takeStep, type LifeState, type LifeStep } from "./life.ts";
import { mergeIncident } from "./merge-incident.ts";
import { openIncident } from "./open-incident.ts";
import { postUpdate } from "./post-update.ts";
import { readImpacts } from "./read-impacts.ts";
import { reopenIncident } from "./reopen-incident.ts";
import { resolveIncident } from "./resolve-incident.ts";
import { ada, useIncidents } from "./testing-incidents.ts";

const steps: fc.Arbitrary<LifeStep> = fc.oneof(
  fc.constantFrom(...incidentStatuses).map((status): LifeStep => ({ verb: "update", status })),
  fc
    .constantFrom("investigating" as const, "identified" as const)
    .map((status): LifeStep => ({ verb: "reopen", status })),
  fc.constant<LifeStep>({ verb: "merge" }),
);

describe("the life of an incident, by itself", () => {
  test("goes from closed to open only by being reopened, to postmortem only from resolved, and nowhere once merged", () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 30 }), (taken) => {
        let state: LifeState = { status: "investigating", isMerged: false };
        for (const step of taken) {
          const next = takeStep(state, step);
          if (typeof next === "string") continue;
          expect(state.isMerged).toBe(false);
          expect(!isOpen(state) && isOpen(next)).toBe(!isOpen(state) && step.verb === "reopen");
          expect(next.status === "postmortem" && isOpen(state)).toBe(false);
          expect(next.isMerged).toBe(step.verb === "merge");
          state = next;
        }
      }),
    );
  });

  test.each<[IncidentStatus, LifeStep, unknown]>([
    ["investigating", { verb: "update", status: "monitoring" }, { status: "monitoring", isMerged: false }],
    ["monitoring", { verb: "update", status: "investigating" }, { status: "investigating", isMerged: false }],
    ["identified", { verb: "update", status: "postmortem" }, "is-open"],
    ["resolved", { verb: "update", status: "resolved" }, { status: "resolved", isMerged: false }],
    ["resolved", { verb: "update", status: "identified" }, "is-closed"],
    ["postmortem", { verb: "update", status: "resolved" }, "is-closed"],
    ["postmortem", { verb: "reopen", status: "identified" }, { status: "identified", isMerged: false }],
    ["monitoring", { verb: "reopen", status: "identified" }, "is-open"],
    ["resolved", { verb: "merge" }, "is-closed"],
  ])("from %s, %o", (status, step, expected) => {
    expect(takeStep({ status, isMerged: false }, step)).toEqual(expected);
  });
});

const testing = useIncidents();

/** What is done to one of three incidents; of a batch, all is done at once. */
type Action =
  | { verb: "update"; of: number; status: IncidentStatus }
  | { verb: "resolve"; of: number }
  | { verb: "reopen"; of: number }
  | { verb: "impact"; of: number; status: "operational" | "partial_outage" | "major_outage" }
  | { verb: "merge"; of: number; into: number };

const of = fc.nat(2);
const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant("update" as const),
      of,
      status: fc.constantFrom(...incidentStatuses),
    }),
  },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant("resolve" as const), of }) },
  { weight: 3, arbitrary: fc.record({ verb: fc.constant("reopen" as const), of }) },
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant("impact" as const),
      of,
      status: fc.constantFrom("operational" as const, "partial_outage" as const, "major_outage" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ verb: fc.constant("merge" as const), of, into: fc.nat(2) }) },
);

async function carryOut(action: Action, ids: readonly string[]): Promise<"done" | "refused"> {
  const incident = ids[action.of] ?? "";
  const { services } = testing;
  const common = { incident, caller: ada };
  const work = (): Promise<unknown> => {
    switch (action.verb) {
      case "update":
        return postUpdate(services, {
          ...common,
          status: action.status,
          phrases: ["action-under-way"],
          publish: true,
        });
      case "resolve":
        return resolveIncident(services, common);
      case "reopen":
        return reopenIncident(services, { ...common, status: "investigating" });
      case "impact":
        return changeImpacts(services, {
          ...common,
          components: [{ component: "payment-api", status: action.status }],
          unaffected: [],
        });
      case "merge":
        return mergeIncident(services, { ...common, into: ids[action.into] ?? "" });
      default:
        return action satisfies never;
    }
  };
  try {
    await work();
    return "done";
  } catch (error) {
    const { code } = error as { code: string };
    if (["conflict", "already-ended", "input-not-valid"].includes(code)) return "refused";
    throw error;
  }
}

interface Kept {
  timeline: string[];
  texts: string[];
}

/** What must never be other than it was: every entry and every text, as it is stored. */
async function keptIn({ query }: Control): Promise<Kept> {
  const timeline = await query<{ row: string }>(
    "select t::text as row from interlock_control.timeline t order by number",
  );
  const texts = await query<{ row: string }>(
    "select t::text as row from interlock_control.update_texts t order by update, locale, revision",
  );
  return { timeline: timeline.map(({ row }) => row), texts: texts.map(({ row }) => row) };
}

test("whatever is done at once and in whatever order: one interval goes on, nothing is lost, nothing is changed", async () => {
  const { control } = testing;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(actions, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
      async (batches) => {
        const opened = await Promise.all(
          [1, 2, 3].map(() =>
            openIncident(testing.services, {
              environment: "production",
              priority: "P3",
              titles: { en: "Payments fail" },
              components: [{ component: "payment-api", status: "major_outage" }],
              isPublic: true,
              hold: false,
              caller: ada,
            }),
          ),
        );
        const ids = opened.map(({ id }) => id);
        let before = await keptIn(control);
        let done = 0;
        for (const batch of batches) {
          const results = await Promise.all(batch.map((action) => carryOut(action, ids)));
          done += results.filter((result) => result === "done").length;
          const now = await keptIn(control);
          // History only grows.
          expect(now.timeline.slice(0, before.timeline.length)).toEqual(before.timeline);
          expect(before.texts.filter((text) => !now.texts.includes(text))).toEqual([]);
          before = now;
        }
        const [counted] = await control.query<{ audited: number }>(
          `select count(*) filter (where action <> 'incident.status')::integer as audited from interlock_control.audit_log
            where subject = any ($1::text[]) or detail ->> 'reference' = any ($2::text[])`,
          [ids, opened.map(({ reference }) => reference)],
        );
        // Whatever was done left its mark, and an opening each.
        expect(counted?.audited ?? 0).toBeGreaterThanOrEqual(done + ids.length);
        for (const id of ids) await checkIncident(id);
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);

async function checkIncident(id: string): Promise<void> {
  const { query } = testing.control;
  const [row] = await query<{
    isOpen: boolean;
    open: number;
    published: number;
    told: number;
    resolved: number;
    reopened: number;
  }>(
    `select i.closed_at is null as "isOpen",
            (select count(*)::integer from interlock_control.component_impacts p where p.incident = i.id and p.ended_at is null) as open,
            (select count(*)::integer from interlock_control.updates u where u.incident = i.id and u.state = 'published'
                and u.phrases <> '{merged-into}') as published,
            (select count(*)::integer from interlock_control.timeline t where t.incident = i.id and t.kind = 'update-published') as told,
            (select count(*)::integer from interlock_control.timeline t where t.incident = i.id and t.kind in ('resolved', 'merged')) as resolved,
            (select count(*)::integer from interlock_control.timeline t where t.incident = i.id and t.kind = 'reopened') as reopened
       from interlock_control.incidents i where i.id = $1::text`,
    [id],
  );
  if (row === undefined) throw new Error("incidents stay");
  // No published update is missing from the timeline, and none is on it that is not there.
  expect(row.told).toBe(row.published);
  // It was ended once more than it was reopened, or as often.
  expect(row.resolved - row.reopened).toBe(row.isOpen ? 0 : 1);
  // Of the one component exactly one interval has no end of its own.
  expect(row.open).toBe(1);
  const intervals = await readImpacts(query, id);
  const wrong = intervals.filter(({ beganAt, endedAt }, index) => {
    const next = intervals[index + 1];
    const overlaps = next !== undefined && (endedAt === null || endedAt > next.beganAt);
    return overlaps || (endedAt !== null && endedAt <= beganAt);
  });
  expect(wrong).toEqual([]);
}
