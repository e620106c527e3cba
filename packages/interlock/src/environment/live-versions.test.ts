import { assert, constantFrom, oneof, property, string, uniqueArray } from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultTools } from "./default-tools.ts";
import { isTool, liveVersions, type ReleaseState, type Seen } from "./live-versions.ts";

const at = new Date("2026-01-02T12:00:00Z");
const graceMs = 60_000;

function minutesAgo(minutes: number): Date {
  return new Date(at.getTime() - minutes * 60_000);
}

function release(version: string, over: Partial<ReleaseState> = {}): ReleaseState {
  const startedAt = minutesAgo(30);
  return {
    app: "payments",
    version,
    state: "running",
    startedAt,
    expectedUntil: minutesAgo(-30),
    endedAt: null,
    ...over,
  };
}

function finished(version: string, minutes: number): ReleaseState {
  return release(version, { state: "finished", endedAt: minutesAgo(minutes) });
}

function seen(applicationName: string, sessions = 1, lastSeenAt = at): Seen {
  return { database: "main", applicationName, sessions, lastSeenAt };
}

function live(
  given: { releases?: ReleaseState[]; seen?: Seen[]; known?: string[]; tools?: readonly string[] } = {},
): Record<string, string[]> {
  const { versions } = liveVersions({
    releases: [],
    seen: [],
    tools: defaultTools,
    known: [],
    graceMs,
    at,
    ...given,
  });
  return Object.fromEntries(versions.map(({ appVersion, because }) => [appVersion, because]));
}

describe("what is live", () => {
  test.each<[string, Parameters<typeof live>[0], Record<string, string[]>]>([
    ["nothing, where nobody is", {}, {}],
    ["who has sessions", { seen: [seen("payments@1")] }, { "payments@1": ["sessions"] }],
    [
      "who had one a minute ago",
      { seen: [seen("payments@1", 0, minutesAgo(1))] },
      { "payments@1": ["seen-lately"] },
    ],
    ["nobody seen longer ago", { seen: [seen("payments@1", 0, minutesAgo(1.01))] }, {}],
    ["a release under way", { releases: [release("2")] }, { "payments@2": ["release-running"] }],
    [
      "a release that nobody ended in its time",
      { releases: [release("2", { expectedUntil: minutesAgo(0.01) })] },
      { "payments@2": ["release-stalled"] },
    ],
    ["a release that is through", { releases: [finished("2", 5)] }, { "payments@2": ["released"] }],
    [
      "the last of those that are through",
      { releases: [finished("3", 1), finished("2", 5)] },
      { "payments@3": ["released"] },
    ],
    [
      "one that was released again",
      { releases: [finished("1", 1), finished("2", 5)] },
      { "payments@1": ["released"] },
    ],
    [
      "the one before, while the next is under way",
      { releases: [finished("1", 5), release("2")] },
      { "payments@1": ["released"], "payments@2": ["release-running"] },
    ],
    [
      "not what was cancelled, but for its sessions",
      { releases: [release("2", { state: "cancelled", endedAt: at })], seen: [seen("payments@2")] },
      { "payments@2": ["sessions"] },
    ],
    ["not what was cancelled", { releases: [release("2", { state: "cancelled", endedAt: at })] }, {}],
    [
      "one that was replaced and lingers",
      { releases: [finished("1", 5), finished("2", 1)], seen: [seen("payments@1")] },
      { "payments@1": ["sessions"], "payments@2": ["released"] },
    ],
    [
      "each app by itself",
      { releases: [finished("1", 5), { ...finished("7", 1), app: "ledger" }] },
      { "ledger@7": ["released"], "payments@1": ["released"] },
    ],
    [
      "no tool",
      { seen: [seen("psql"), seen("interlock"), seen("pgAdmin 4"), seen("interlock-server@1")] },
      {},
    ],
    [
      "a known version, however wide the names of tools",
      { seen: [seen("payments@1")], known: ["payments@1"], tools: ["*"] },
      { "payments@1": ["sessions"] },
    ],
  ])("%s", (_, given, expected) => {
    expect(live(given)).toEqual(expected);
  });

  test("counts sessions over all databases", () => {
    const all = [seen("payments@1", 2), { ...seen("payments@1", 3), database: "eu" }];
    const { versions } = liveVersions({ releases: [], seen: all, tools: [], known: [], graceMs, at });
    expect(versions).toEqual([{ appVersion: "payments@1", because: ["sessions"], sessions: 5 }]);
  });

  test("knows a version by the 63 bytes that PostgreSQL keeps; both, where two are cut to the same", () => {
    const app = "a".repeat(40);
    const one = `${app}@${"1".repeat(30)}`;
    const other = `${app}@${"1".repeat(31)}`;
    expect(live({ seen: [seen(one.slice(0, 63))], known: [one, other] })).toEqual({
      [one]: ["sessions"],
      [other]: ["sessions"],
    });
  });

  test("sessions without a version's name are told by database", () => {
    const { unidentified } = liveVersions({
      releases: [],
      seen: [seen(""), seen("cron", 2), { ...seen("cron"), database: "eu" }],
      tools: defaultTools,
      known: [],
      graceMs,
      at,
    });
    expect([...unidentified]).toEqual([
      [
        "main",
        [
          { applicationName: "", sessions: 1 },
          { applicationName: "cron", sessions: 2 },
        ],
      ],
      ["eu", [{ applicationName: "cron", sessions: 1 }]],
    ]);
  });
});

test("whoever has a session is a version, a tool or unidentified, and nobody is passed over", () => {
  const name = oneof(
    string({ maxLength: 63 }),
    constantFrom("payments@1", "psql", "pgAdmin 4", "", "a@b@c", "x@", "@x", "interlock plan"),
  );
  assert(
    property(uniqueArray(name, { maxLength: 6 }), (names) => {
      const { versions, unidentified } = liveVersions({
        releases: [],
        seen: names.map((one) => seen(one)),
        tools: defaultTools,
        known: [],
        graceMs,
        at,
      });
      const told = [
        ...versions.map(({ appVersion }) => appVersion),
        ...[...unidentified.values()].flat().map(({ applicationName }) => applicationName),
      ];
      expect(names.filter((one) => !isTool(one, defaultTools)).toSorted()).toEqual(told.toSorted());
    }),
  );
});
