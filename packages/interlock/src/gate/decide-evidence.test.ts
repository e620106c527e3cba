import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import type { AlarmFact, FitFact, GateFacts } from "./facts.ts";
import {
  at,
  both,
  change,
  chg,
  coming,
  facts,
  fit,
  live,
  old,
  release,
  to,
} from "./testing/example-facts.ts";

function decided(given: GateFacts): [string, string[]] {
  const { verdict, reasons } = decide(given);
  return [verdict, reasons.map(({ code, effect }) => `${effect} ${code}`)];
}

const main = { name: "main", isCanary: false, observedAt: at, problem: null, unidentified: [] };
const candidate = { appVersion: coming, hasWorkload: true, prepares: "works" as const, why: "" };

function unknownFit(appVersion: string, stage: FitFact["stage"]): FitFact {
  return { ...fit(appVersion, stage, true), fit: "unknown", why: "two writes could not be exercised" };
}

/** The change with what is known of one version in one stage put in another's place. */
function withFit(stage: Parameters<typeof change>[0], other: FitFact): ReturnType<typeof change> {
  const { fits } = change(stage);
  const rest = fits.filter((one) => one.appVersion !== other.appVersion || one.stage !== other.stage);
  return change(stage, { fits: [...rest, other] });
}

describe("a version that is to come", () => {
  const expanded = { changes: [change("expanded")] };

  test.each<[string, Partial<GateFacts>, string, string]>([
    [
      "whose statements nobody knows",
      { candidate: { ...candidate, hasWorkload: false, prepares: "unknown" } },
      "unknown",
      "unknown workload-missing",
    ],
    [
      "that does not prepare",
      { candidate: { ...candidate, prepares: "breaks" }, changes: [] },
      "blocked",
      "blocks version-breaks",
    ],
    [
      "of which it is not known whether it prepares",
      { candidate: { ...candidate, prepares: "unknown" } },
      "unknown",
      "unknown evidence-unknown",
    ],
    [
      "of which it is not known whether it works there",
      { changes: [withFit("expanded", unknownFit(coming, "expanded"))] },
      "unknown",
      "unknown evidence-unknown",
    ],
    [
      "of which no rehearsal says whether it works there",
      { changes: [change("expanded", { fits: [], evidence: "missing" })] },
      "unknown",
      "unknown not-rehearsed",
    ],
    [
      "that fails in part even where it is at home",
      {
        changes: [
          withFit("expanded", { ...fit(coming, "expanded", true), why: "3 of its 79 statements fail" }),
        ],
      },
      "unknown",
      "unknown evidence-unknown",
    ],
    [
      "for a database that can't be looked at",
      { databases: [{ ...main, problem: "connection refused" }] },
      "unknown",
      "unknown database-not-observed",
    ],
    [
      "for a database that was never looked at",
      { databases: [{ ...main, observedAt: null }] },
      "unknown",
      "unknown database-not-observed",
    ],
    ["while expand is under way", { changes: [change("expanding")] }, "blocked", "blocks version-breaks"],
    ["while the change goes back", { changes: [change("rolling-back")] }, "blocked", "blocks version-breaks"],
    [
      "into a rollback that is asked for",
      { shipments: [{ shipment: "shp_1", change: chg, target: "rollback", state: "running" }] },
      "blocked",
      "blocks version-breaks",
    ],
    [
      "where nobody knows how the structure is",
      { changes: [change("unknown")] },
      "unknown",
      "unknown structure-unknown",
    ],
  ])("%s", (_, more, verdict, reason) => {
    const [said, reasons] = decided(facts(release(coming), { ...expanded, ...more }));
    expect(said).toBe(verdict);
    expect(reasons).toContain(reason);
  });

  test("of a closed change whose traces are gone stands on what it left behind", () => {
    const shipped = change("unknown", { closedAs: "shipped" });
    expect(decided(facts(release(coming), { changes: [shipped], versions: [] }))).toEqual(["go", []]);
    expect(decided(facts(release(old), { changes: [shipped], versions: [] }))[0]).toBe("blocked");
    const abandoned = change("between", { closedAs: "abandoned" });
    expect(decided(facts(release(old), { changes: [abandoned], versions: [] }))).toEqual(["go", []]);
  });

  test("while contract is under way works if it does before and after it", () => {
    const contracting = { changes: [change("contracting")], versions: [live(coming, ["sessions"])] };
    expect(decided(facts(release(coming), contracting))[0]).toBe("go");
    expect(decided(facts(release(old), contracting))[0]).toBe("blocked");
  });

  test("and is live already stands where it stands, as long as nothing moves", () => {
    const unrehearsed = change("before", { fits: [], evidence: "missing" });
    expect(decided(facts(release(old), { changes: [unrehearsed] }))[0]).toBe("go");
    expect(decided(facts(release(coming), { changes: [unrehearsed] }))[0]).toBe("unknown");
    const moving = { shipment: "shp_1", change: chg, target: "expand" as const, state: "running" };
    expect(decided(facts(release(old), { changes: [unrehearsed], shipments: [moving] }))[0]).toBe("unknown");
  });

  test("is not held back by the release of another app", () => {
    const other = {
      release: "rel_1",
      appVersion: "shop@7",
      startedBy: "bob",
      startedAt: at,
      isStalled: false,
    };
    expect(decided(facts(release(coming), { ...expanded, releases: [other] }))).toEqual([
      "go",
      ["note release-running"],
    ]);
    const own = { ...other, appVersion: old };
    expect(decided(facts(release(coming), { ...expanded, releases: [own] }))[0]).toBe("blocked");
    const same = { ...other, appVersion: coming };
    expect(decided(facts(release(coming), { ...expanded, releases: [same] }))[0]).toBe("go");
  });
});

describe("a change", () => {
  test.each<[string, GateFacts, string, string]>([
    [
      "whose old version is not known to work expanded",
      facts(to("expand"), { changes: [withFit("before", unknownFit(old, "expanded"))] }),
      "unknown",
      "unknown evidence-unknown",
    ],
    [
      "whose old version breaks expanded",
      facts(to("expand"), { changes: [withFit("before", fit(old, "expanded", false))] }),
      "blocked",
      "blocks live-version-breaks",
    ],
    [
      "under a version that nobody rehearsed",
      facts(to("expand"), {
        versions: [live("shop@7", ["sessions"])],
        changes: [change("before", { evidence: "missing" })],
      }),
      "unknown",
      "unknown not-rehearsed",
    ],
    [
      "under a version that may not prepare",
      facts(to("expand"), { versions: [{ ...live(old, ["sessions"]), prepares: "unknown" }] }),
      "unknown",
      "unknown evidence-unknown",
    ],
    [
      "under a version that does not prepare",
      facts(to("expand"), { versions: [{ ...live(old, ["sessions"]), prepares: "breaks", why: "gone" }] }),
      "blocked",
      "blocks partial-deployment",
    ],
    [
      "to contract, of which the new version is not known to work after it",
      facts(to("contract"), {
        versions: both.slice(1),
        changes: [withFit("expanded", unknownFit(coming, "after"))],
      }),
      "blocked",
      "unknown evidence-unknown",
    ],
    [
      "to contract, where one database is behind",
      facts(to("contract"), {
        versions: both.slice(1),
        databases: [main, { ...main, name: "second" }],
        changes: [change("expanded", { stages: { main: "expanded", second: "before" } })],
      }),
      "blocked",
      "blocks wrong-phase",
    ],
    [
      "to roll back, of which the old version is not known to work before it",
      facts(to("rollback"), { changes: [withFit("expanded", unknownFit(old, "before"))] }),
      "unknown",
      "unknown evidence-unknown",
    ],
    [
      "to roll back, that is contracted",
      facts(to("rollback"), { versions: [], changes: [change("after")] }),
      "blocked",
      "blocks wrong-phase",
    ],
    ["to roll back, that was never begun", facts(to("rollback")), "blocked", "blocks wrong-phase"],
    [
      "run as it is while its plan is under way",
      facts(to("structure"), { versions: [], changes: [change("expanded")] }),
      "blocked",
      "blocks wrong-phase",
    ],
    [
      "run as it is once more",
      facts(to("structure"), { versions: [], changes: [change("after")] }),
      "blocked",
      "blocks wrong-phase",
    ],
    [
      "that is closed",
      facts(to("expand"), { changes: [change("before", { closedAs: "abandoned" })] }),
      "blocked",
      "blocks wrong-phase",
    ],
    [
      "where a database can't be looked at",
      facts(to("expand"), { databases: [{ ...main, problem: "timeout" }] }),
      "unknown",
      "unknown database-not-observed",
    ],
    [
      "beside a shipment of another",
      facts(to("expand"), {
        shipments: [{ shipment: "shp_1", change: "chg_other", target: "expand", state: "waiting" }],
      }),
      "blocked",
      "blocks shipment-running",
    ],
    [
      "run as it is beside its own shipment",
      facts(to("structure"), {
        versions: [],
        shipments: [{ shipment: "shp_1", change: chg, target: "expand", state: "running" }],
      }),
      "blocked",
      "blocks shipment-running",
    ],
    [
      "beside another that is not at its end",
      facts(to("expand"), {
        changes: [change("before"), change("expanded", { change: "chg_other", appVersion: null })],
      }),
      "blocked",
      "blocks wrong-phase",
    ],
    [
      "beside another that is half there",
      facts(to("expand"), {
        changes: [change("before"), change("between", { change: "chg_other", appVersion: null })],
      }),
      "blocked",
      "blocks wrong-phase",
    ],
  ])("%s", (_, given, verdict, reason) => {
    const [said, reasons] = decided(given);
    expect(said).toBe(verdict);
    expect(reasons).toContain(reason);
  });

  test.each([
    ["contract", coming],
    ["rollback", old],
  ] as const)("to %s, whose structure is half there", (phase, appVersion) => {
    const versions = [live(appVersion, ["sessions", "released"])];
    const given = facts(to(phase), { versions, changes: [change("between")] });
    expect(decided(given)).toEqual(["unknown", ["unknown structure-unknown"]]);
  });

  test("goes on where a fleet is not all at one place", () => {
    const databases = [main, { ...main, name: "second" }];
    const stages = { main: "before", second: "after" } as const;
    const raw = change("before", { stages });
    expect(decided(facts(to("structure"), { databases, versions: [], changes: [raw] }))).toEqual(["go", []]);
    const back = change("before", { stages: { main: "expanded", second: "after" } });
    expect(decided(facts(to("rollback"), { databases, versions: [], changes: [back] }))).toEqual([
      "go",
      ["note wrong-phase"],
    ]);
  });

  test.each([
    [{}, /ship it with its plan/],
    [{ planned: false, order: "app-first" as const }, /Release payments@2\.3\.0, let payments@2\.2\.0 go/],
    [{ planned: false }, /There is no proved plan yet/],
    [{ planned: false, order: "app-first" as const, appVersion: null }, /There is no proved plan yet/],
  ])("that would break somebody says what to do instead: %j", (more, next) => {
    const [reason] = decide(facts(to("structure"), { changes: [change("before", more)] })).reasons;
    expect(reason?.next).toMatch(next);
  });

  test.each(["structure", "expand", "contract"] as const)("that is there already needs no %s", (phase) => {
    const given = facts(to(phase), { versions: both.slice(1), changes: [change("after")] });
    expect(decided(given)).toEqual(["blocked", ["blocks wrong-phase"]]);
  });

  test.each(["structure", "expand", "contract"] as const)("that is closed needs no %s", (phase) => {
    const closed = change("expanded", { closedAs: "shipped" });
    expect(decided(facts(to(phase), { versions: both.slice(1), changes: [closed] }))).toEqual([
      "blocked",
      ["blocks wrong-phase"],
    ]);
  });

  test("that is closed is not run as it is, either", () => {
    const closed = change("before", { closedAs: "abandoned" });
    expect(decided(facts(to("structure"), { versions: [], changes: [closed] }))).toEqual([
      "blocked",
      ["blocks wrong-phase"],
    ]);
  });

  test.each(["contracting", "rolling-back"] as const)("that is %s is not expanded", (stage) => {
    expect(decided(facts(to("expand"), { versions: [], changes: [change(stage)] }))).toEqual([
      "blocked",
      ["blocks wrong-phase"],
    ]);
  });

  test("without an app version of its own is contracted when nobody needs the old shape", () => {
    const alone = change("expanded", { appVersion: null });
    expect(decided(facts(to("contract"), { versions: both.slice(1), changes: [alone] }))).toEqual(["go", []]);
    expect(decided(facts(to("contract"), { versions: both, changes: [alone] }))[0]).toBe("blocked");
  });

  test("that is expanded already may be expanded, and is told so", () => {
    expect(decided(facts(to("expand"), { changes: [change("expanded")] }))).toEqual([
      "go",
      ["note wrong-phase"],
    ]);
  });

  test("whose plan is still being proved is unknown, not refused", () => {
    const unproved = change("before", { planned: false, evidence: "running" });
    expect(decided(facts(to("expand"), { changes: [unproved] }))[0]).toBe("unknown");
  });

  test("says which rehearsal its reasons come from", () => {
    const asked = [
      facts(to("structure")),
      facts(to("contract"), { versions: both, changes: [change("expanded")] }),
      facts(to("rollback"), { versions: both, changes: [change("expanded")] }),
      facts(to("expand"), { changes: [withFit("before", fit(old, "expanded", false))] }),
      facts(to("expand"), { changes: [change("before", { planned: false })] }),
      facts(to("expand"), { changes: [withFit("before", unknownFit(old, "expanded"))] }),
      facts(release(coming)),
      facts(release(old), { changes: [change("after")] }),
    ];
    for (const given of asked) {
      expect(decide(given).reasons[0]).toMatchObject({ rehearsal: "reh_0123456789abcdef" });
    }
  });

  test("is contracted beside another, and told once of that one's shipment where it may not begin", () => {
    const fits = [fit(old, "expanded", true), fit(coming, "expanded", true)];
    const other = change("expanded", { change: "chg_other", appVersion: null, fits });
    const contract = facts(to("contract"), { versions: both.slice(1), changes: [change("expanded"), other] });
    expect(decided(contract)).toEqual(["go", []]);
    const shipment = {
      shipment: "shp_1",
      change: "chg_other",
      target: "rollback" as const,
      state: "running",
    };
    const expand = facts(to("expand"), { changes: [change("before"), other], shipments: [shipment] });
    expect(decided(expand)).toEqual(["blocked", ["blocks shipment-running"]]);
    const next = facts(release(coming), { changes: [change("expanded")], shipments: [shipment] });
    expect(decided(next)).toEqual(["go", ["note shipment-running"]]);
  });

  test.each([
    ["done", "evidence-unknown"],
    ["failed", "rehearsal-failed"],
    ["waiting", "rehearsal-running"],
    ["running", "rehearsal-running"],
    ["missing", "not-rehearsed"],
  ] as const)(
    "under a version of which nothing is shown, its rehearsal being %s, is unknown",
    (evidence, code) => {
      const given = facts(to("expand"), { changes: [change("before", { evidence, fits: [] })] });
      const [verdict, reasons] = decided(given);
      expect([verdict, new Set(reasons)]).toEqual(["unknown", new Set([`unknown ${code}`])]);
      expect(decide(given).reasons[0]).toMatchObject({ rehearsal: "reh_0123456789abcdef" });
    },
  );

  test("goes on in its own shipment", () => {
    const own = { shipment: "shp_1", change: chg, target: "expand" as const, state: "running" };
    expect(decided(facts(to("expand"), { shipments: [own] }))[0]).toBe("go");
  });

  test("is not held back by another that is at rest", () => {
    for (const stage of ["before", "after"] as const) {
      const other = change(stage, { change: "chg_other", appVersion: null, fits: [fit(old, stage, true)] });
      expect(decided(facts(to("expand"), { changes: [change("before"), other] }))[0]).toBe("go");
    }
  });
});

describe("a partial deployment", () => {
  const early = { versions: [live(old, ["sessions", "released"]), live(coming, ["sessions"])] };

  test("of an application without its structure is ended by expand", () => {
    expect(decided(facts(to("expand"), early))).toEqual(["go", ["note partial-deployment"]]);
  });

  test("is not ended by a phase in which its version breaks as well", () => {
    const given = facts(to("expand"), {
      ...early,
      changes: [withFit("before", fit(coming, "expanded", false))],
    });
    expect(decided(given)[0]).toBe("blocked");
  });

  test("is not ended by another change", () => {
    const other = change("before", { change: "chg_other" });
    const fits = [
      ...change("before").fits.filter(({ stage }) => stage !== "before"),
      fit(old, "before", true),
      fit(coming, "before", true),
    ];
    const given = facts(to("expand"), { ...early, changes: [change("before", { fits }), other] });
    expect(decided(given)).toEqual(["blocked", ["blocks partial-deployment"]]);
  });

  test("of two changes is not ended by one of them", () => {
    const given = facts(to("expand"), {
      ...early,
      changes: [change("before"), change("before", { change: "chg_other" })],
    });
    expect(decided(given)).toEqual(["blocked", ["blocks partial-deployment", "note partial-deployment"]]);
  });

  test("never holds back the way back, which is unknown where it is not known to work", () => {
    const fits = [fit(old, "expanded", false), unknownFit(old, "before")];
    const given = facts(to("rollback"), { changes: [change("expanded", { fits })] });
    expect(decided(given)).toEqual(["unknown", ["unknown evidence-unknown", "note partial-deployment"]]);
  });

  test("in the middle of a change is ended by the way back", () => {
    const given = facts(to("rollback"), { changes: [withFit("expanded", fit(old, "expanded", false))] });
    expect(decided(given)).toEqual(["go", ["note partial-deployment"]]);
  });

  test("holds back the release of another app", () => {
    const shop = { ...candidate, appVersion: "shop@7" };
    const raw = change("after", { fits: [...change("after").fits, fit("shop@7", "after", true)] });
    const given = facts({ kind: "release", app: "shop", version: "7" }, { changes: [raw], candidate: shop });
    expect(decided(given)).toEqual(["blocked", ["blocks partial-deployment"]]);
  });
});

describe("an alarm", () => {
  const alarm: AlarmFact = {
    id: "alm_1",
    database: "main",
    appVersion: old,
    raisedAt: at,
    statements: ["insert-payment"],
  };

  test("holds changes back while its version is live", () => {
    expect(decided(facts(to("expand"), { alarms: [alarm] }))).toEqual(["blocked", ["blocks alarm"]]);
    const gone = { ...alarm, appVersion: "payments@2.1.0" };
    expect(decided(facts(to("expand"), { alarms: [gone] }))).toEqual(["go", ["note alarm"]]);
  });

  test("does not hold back what would end it", () => {
    const raw = { alarms: [alarm], changes: [change("after")] };
    expect(decided(facts(release(coming), raw))[0]).toBe("go");
    const shop = { ...candidate, appVersion: "shop@7" };
    const other = facts(
      { kind: "release", app: "shop", version: "7" },
      { alarms: [alarm], changes: [], candidate: shop },
    );
    expect(decided(other)[0]).toBe("blocked");
  });
});
