import { expect, test } from "vitest";
import type { EnvironmentStatus } from "../api/environments.ts";
import { renderEnvironment } from "./environment-view.ts";

const calm: EnvironmentStatus = {
  name: "production",
  tools: [],
  at: "2026-01-02T14:20:00.000Z",
  databases: [
    {
      name: "main",
      place: "db:5432/payments",
      isCanary: false,
      observedAt: "2026-01-02T14:20:00.000Z",
      problem: null,
      unidentified: [],
      journal: null,
      alsoOpen: [],
    },
  ],
  versions: [
    {
      appVersion: "payments@2.2.0",
      because: ["sessions", "released"],
      sessions: 3,
      hasWorkload: true,
      fits: { main: { fit: "works", why: "" } },
    },
  ],
  changes: [],
  partialDeployments: [],
  releases: [],
  shipments: [],
  alarms: [],
};

const [main] = calm.databases;
const [version] = calm.versions;
if (main === undefined || version === undefined) throw new Error("it has one of each");

function lines(over: Partial<EnvironmentStatus>): string[] {
  return renderEnvironment({ ...calm, ...over }, { colour: false }).split("\n");
}

test("an environment where everything fits", () => {
  expect(lines({})).toEqual([
    "production  ✓ every live version fits",
    "",
    "database  place             change",
    "main      db:5432/payments",
    "",
    "live version    because                 main",
    "payments@2.2.0  sessions, released (3)  works",
  ]);
});

test("a partial deployment comes first, with since when and why", () => {
  const one = {
    database: "main",
    appVersion: "payments@2.2.0",
    why: "get breaks",
    since: "2026-01-02T14:08:00.000Z",
  };
  expect(lines({ partialDeployments: [one] }).slice(0, 2)).toEqual([
    "production  ✗ partial deployment",
    "  ✗ payments@2.2.0 does not work on main since 2026-01-02T14:08:00.000Z: get breaks",
  ]);
});

test("what is not known is never shown as well", () => {
  const unseen = { ...main, problem: "It did not answer within 2 seconds." };
  expect(lines({ databases: [unseen] })[0]).toBe("production  ? not every database can be looked at");
  expect(lines({ databases: [] })[0]).toBe("production  ? no database");
  const stranger = { ...main, unidentified: [{ applicationName: "", sessions: 2 }] };
  expect(lines({ databases: [stranger] })).toContain(
    '  ? main has 2 sessions of "", which is no app@version and no tool',
  );
  expect(lines({ databases: [stranger] })[0]).toBe("production  ? not everything is known to fit");
  const open = {
    ...version,
    fits: { main: { fit: "unknown" as const, why: "its workload was not pushed" } },
  };
  expect(lines({ versions: [open] })[0]).toBe("production  ? not everything is known to fit");
  expect(lines({ versions: [open] })).toContain("  ? payments@2.2.0 on main: its workload was not pushed");
  expect(lines({ versions: [{ ...version, fits: {} }] }).at(-1)).toMatch(/unknown$/);
});

test("a pipeline that died shows, with what to do", () => {
  const release = {
    release: "rel_0000000000000000",
    appVersion: "payments@2.3.0",
    startedBy: "ci",
    startedAt: "2026-01-02T12:00:00.000Z",
    isStalled: true,
  };
  expect(lines({ releases: [release] }).at(-1)).toBe(
    "  release of payments@2.3.0 since 2026-01-02T12:00:00.000Z by ci: stalled; interlock release finish or cancel",
  );
});
