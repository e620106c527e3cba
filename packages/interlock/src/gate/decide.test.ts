import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { GateFacts } from "./facts.ts";
import {
  at,
  both,
  change,
  chg,
  coming,
  facts,
  live,
  old,
  release,
  rule,
  to,
  weekend,
} from "./testing/example-facts.ts";

const deadline = { expiresAt: "2026-11-27T15:30:00.000Z" };

describe("the 17 December, and what else a decision looks at", () => {
  test.each<[string, GateFacts, string, RegExp]>([
    [
      "the structural half alone",
      facts(to("structure")),
      "blocked",
      /live-version-breaks.*order is split: neither half may go alone.*shipment start/s,
    ],
    [
      "the application half alone",
      facts(release(coming)),
      "blocked",
      /version-breaks.*order is split.*Ship expand first/s,
    ],
    ["expand with a plan", facts(to("expand")), "go", /^$/],
    [
      "expand without one",
      facts(to("expand"), {
        changes: [
          change("before", {
            planned: false,
            refusal: { code: "mapping-missing", message: "No way back.", next: "Write it." },
          }),
        ],
      }),
      "blocked",
      /mapping-missing.*No way back.*Write it\./s,
    ],
    [
      "the new version once it is expanded",
      facts(release(coming), { changes: [change("expanded")] }),
      "go",
      /^$/,
    ],
    [
      "contract while the old version has sessions",
      facts(to("contract"), { versions: both, changes: [change("expanded")] }),
      "blocked",
      /version-still-live payments@2\.2\.0.*4 sessions.*stop its processes/s,
    ],
    [
      "contract while the new version is being released",
      facts(to("contract"), { versions: [live(coming, ["release-running"])], changes: [change("expanded")] }),
      "blocked",
      /version-still-live payments@2\.3\.0 has not been released.*release finish payments@2\.3\.0/s,
    ],
    [
      "contract once it is gone",
      facts(to("contract"), {
        versions: [live(coming, ["sessions", "released"])],
        changes: [change("expanded")],
      }),
      "go",
      /^$/,
    ],
    [
      "contract before expand",
      facts(to("contract"), { versions: both.slice(1) }),
      "blocked",
      /wrong-phase.*Expand it first/s,
    ],
    [
      "the old version after contract",
      facts(release(old), { versions: both.slice(1), changes: [change("after", { closedAs: "shipped" })] }),
      "blocked",
      /version-breaks.*the old shape is gone/s,
    ],
    [
      "rolling back while only the old version is live",
      facts(to("rollback"), { changes: [change("expanded")] }),
      "go",
      /^$/,
    ],
    [
      "rolling back under the new version",
      facts(to("rollback"), { versions: both, changes: [change("expanded")] }),
      "blocked",
      /version-still-live payments@2\.3\.0/s,
    ],
    [
      "the structure there without the application",
      facts(to("expand"), { changes: [change("after")] }),
      "blocked",
      /partial-deployment.*release payments@2\.3\.0, which works there/s,
    ],
    [
      "the release that ends it",
      facts(release(coming), { changes: [change("after")] }),
      "go",
      /note partial-deployment/s,
    ],
    [
      "a live version without workload",
      facts(to("expand"), { versions: [live(old, ["sessions"], false)] }),
      "unknown",
      /workload-missing/,
    ],
    [
      "a rehearsal that is awaited",
      facts(to("structure"), { changes: [change("before", { evidence: "waiting", fits: [] })] }),
      "unknown",
      /rehearsal-running/,
    ],
    [
      "a change that was never rehearsed, where nobody is live",
      facts(to("structure"), {
        versions: [],
        changes: [change("before", { evidence: "missing", fits: [] })],
      }),
      "unknown",
      /not-rehearsed/,
    ],
    [
      "sessions of nobody knows whom",
      facts(to("expand"), {
        databases: [
          {
            name: "main",
            isCanary: false,
            observedAt: at,
            problem: null,
            unidentified: [{ applicationName: "cron", sessions: 1 }],
          },
        ],
      }),
      "unknown",
      /session-unidentified.*tools production --add 'cron'/s,
    ],
    [
      "a structure that nobody knows",
      facts(to("expand"), { changes: [change("between")] }),
      "unknown",
      /structure-unknown/,
    ],
    [
      "a release while another of the same app is running",
      facts(release(coming), {
        changes: [change("expanded")],
        releases: [
          {
            release: "rel_0123456789abcdef",
            appVersion: old,
            startedBy: "bob",
            startedAt: at,
            isStalled: true,
          },
        ],
      }),
      "blocked",
      /release-running payments@2\.2\.0.*release finish payments@2\.2\.0/s,
    ],
    ["no database", facts(release(coming), { databases: [], changes: [] }), "unknown", /no-database/],
    [
      "a freeze",
      facts(to("expand"), { rules: [rule("freeze", weekend)] }),
      "blocked",
      /freeze.*Mon 30 Nov 2026, 08:00 Europe\/Paris/s,
    ],
    [
      "a freeze and a rollback",
      facts(to("rollback"), { changes: [change("expanded")], rules: [rule("freeze", weekend)] }),
      "go",
      /^$/,
    ],
    [
      "a block at the moment that it expires",
      facts(to("expand"), { rules: [rule("block", {}, deadline)] }),
      "go",
      /^$/,
    ],
    [
      "a rule that can't be read",
      facts(to("expand"), { rules: [rule("size-limit", { statments: 1 })] }),
      "blocked",
      /size-limit/,
    ],
    [
      "a scope that can't be read",
      facts(to("expand"), { rules: [rule("block", {}, { scope: "???" })] }),
      "blocked",
      /block/,
    ],
    [
      "approval by the author",
      facts(to("expand"), {
        rules: [rule("approval", { count: 1 })],
        approvals: [{ approver: "ada", role: "admin", expiresAt: "2026-12-01T00:00:00.000Z" }],
      }),
      "blocked",
      /approval-missing/,
    ],
    [
      "the same person twice",
      facts(to("expand"), {
        rules: [rule("approval", { count: 2 })],
        approvals: ["releaser", "admin"].map((role) => ({
          approver: "bob",
          role,
          expiresAt: "2026-12-01T00:00:00.000Z",
        })),
      }),
      "blocked",
      /1 of the 2/,
    ],
  ])("%s", (_, given, verdict, reasons) => {
    const decision = decide(given);
    const text = decision.reasons
      .map(({ effect, code, message, next }) => `${effect} ${code} ${message} ${next}`)
      .join("\n");
    expect({ verdict: decision.verdict, text }).toEqual({ verdict, text: expect.stringMatching(reasons) });
    expect(decision.reasons.every(({ next }) => next !== "")).toBe(true);
  });
});

test("evidence can't be set aside, whatever an override names", () => {
  const override = {
    override: "ovr_0123456789abcdef",
    subject: `change:${chg}`,
    rules: ["rul_0123456789abcdef", "live-version-breaks", "incident:inc_0123456789abcdef"],
    reason: "it has to",
    madeBy: "grace",
    expiresAt: "2026-11-27T16:00:00.000Z",
  };
  const held = facts(to("structure"), { rules: [rule("block", {})], overrides: [override] });
  const effects = decide(held).reasons.map(({ code, effect }) => [code, effect]);
  expect(effects).toEqual([
    ["live-version-breaks", "blocks"],
    ["block", "overridden"],
  ]);
  const elsewhere = {
    ...held,
    request: to("expand"),
    overrides: [{ ...override, subject: "change:chg_other" }],
  };
  expect(decide(elsewhere).verdict).toBe("blocked");
});
