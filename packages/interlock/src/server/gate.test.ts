import { beforeEach, expect, test } from "vitest";
import type { GateDecision } from "../api/gate.ts";
import { keyBytes, makeSealer } from "../access/sealer.ts";
import { admit, refusalOf } from "../gate/admit.ts";
import type { GateFacts } from "../gate/facts.ts";
import type { FactsQuestion, GateServices } from "../gate/services.ts";
import { readRuleFacts } from "../gate/read-rules.ts";
import { approvalsRoutes } from "./approvals.ts";
import { gateRoutes } from "./gate.ts";
import { incidentsRoutes } from "./incidents.ts";
import { overridesRoutes } from "./overrides.ts";
import { rulesRoutes } from "./rules.ts";
import { useServer } from "./testing-server.ts";

const change = "chg_0123456789abcdef";

/** What would be read of an environment in which everything works, and the rules as they are stored. */
async function readFacts({ query, environment, request, at }: FactsQuestion): Promise<GateFacts> {
  const asked = request.kind === "change" ? request.change : null;
  return {
    environment,
    at: at.toISOString(),
    request,
    databases: [
      { name: "main", isCanary: false, observedAt: at.toISOString(), problem: null, unidentified: [] },
    ],
    versions: [
      {
        appVersion: "payments@1",
        because: ["sessions"],
        sessions: 2,
        hasWorkload: true,
        prepares: "works",
        why: "",
      },
    ],
    changes: [
      {
        change,
        title: "rename amount",
        author: "ada",
        appVersion: "payments@2",
        touches: {
          kinds: ["rename-column"],
          tables: ["public.payments"],
          statements: 3,
          operations: 3,
          files: 1,
          rewrites: [],
        },
        closedAs: null,
        cameLater: false,
        stages: { main: "before" },
        strange: {},
        evidence: "done",
        rehearsal: "reh_0123456789abcdef",
        order: "split",
        planned: true,
        refusal: null,
        fits: (["before", "expanded"] as const).map((stage) => ({
          appVersion: "payments@1",
          stage,
          fit: "works",
          why: "",
          rehearsal: "reh_0123456789abcdef",
        })),
      },
    ],
    alarms: [],
    releases: [],
    shipments: [],
    ...(await readRuleFacts(query, { environment, change: asked, at })),
    candidate:
      request.kind === "release"
        ? {
            appVersion: `${request.app}@${request.version}`,
            hasWorkload: true,
            prepares: "works",
            why: "",
          }
        : null,
  };
}

const testing = useServer((served) => {
  const services: GateServices = {
    get control() {
      return served.control;
    },
    readFacts,
  };
  return [
    ...gateRoutes(services),
    ...rulesRoutes(services),
    ...approvalsRoutes(services),
    ...overridesRoutes(services),
    ...incidentsRoutes({
      get control() {
        return served.control;
      },
      sealer: makeSealer(Buffer.alloc(keyBytes, 1)),
    }),
  ];
});

beforeEach(async () => {
  await testing.control.query(
    "insert into interlock_control.environments (name, tools) values ('production', '{}'), ('staging', '{}')",
  );
  await testing.control.query(
    `insert into interlock_control.changes (id, title, files, baseline, digests, app, version, touches, created_by)
     values ($1::text, 'rename amount', '[]', '[]', '{}', 'payments', '2', $2::jsonb, 'ada')`,
    [
      change,
      JSON.stringify({
        kinds: ["rename-column"],
        tables: ["public.payments"],
        statements: 3,
        operations: 3,
        files: 1,
        rewrites: [],
      }),
    ],
  );
});

const expand = { kind: "change", change, to: "expand" };

async function ask(body: unknown = expand): Promise<GateDecision> {
  const answer = await testing.request("POST", "/environments/production/gate", { as: "viewer:grace", body });
  expect(answer.status).toBe(200);
  return answer.body as GateDecision;
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

async function add(
  body: object,
  as = "responder:ada",
): Promise<{ id: string; backtest: { digest: string } }> {
  const { status, body: rule } = await testing.request("POST", "/rules", { as, body });
  expect({ status, rule }).toMatchObject({ status: 201 });
  return rule as { id: string; backtest: { digest: string } };
}

async function logged(): Promise<string[]> {
  const rows = await testing.control.query<{ action: string }>(
    "select action from interlock_control.audit_log order by number",
  );
  return rows.map(({ action }) => action);
}

test("a decision is kept with its facts, told as an event, and can be looked up and listed", async () => {
  const decision = await ask();
  expect(decision).toMatchObject({ format: "interlock-gate/1", verdict: "go", order: "split" });
  const kept = await testing.request("GET", `/decisions/${decision.id}`);
  expect(kept.body).toMatchObject({
    decision: { id: decision.id, verdict: "go" },
    askedBy: "grace",
    facts: { changes: [{ change }] },
  });
  const second = await ask();
  const list = await testing.request("GET", "/environments/production/decisions?limit=1");
  expect(list.body).toMatchObject({ decisions: [{ id: second.id, askedBy: "grace" }] });
  const older = await testing.request("GET", `/environments/production/decisions?after=${second.id}`);
  expect((older.body as { decisions: unknown[] }).decisions).toMatchObject([{ id: decision.id }]);
  const events = await testing.control.query("select kind from interlock_control.events");
  expect(events).toEqual([{ kind: "decision-made" }, { kind: "decision-made" }]);
});

test("who lacks the scope, or asks for what is not there, is told so", async () => {
  const gate = "/environments/production/gate";
  expect(await testing.request("POST", gate, { as: "nobody", body: expand })).toMatchObject({ status: 401 });
  expect(await testing.request("POST", "/environments/nowhere/gate", { body: expand })).toMatchObject({
    status: 404,
  });
  expect(await testing.request("GET", "/decisions/dec_0123456789abcdef")).toMatchObject({ status: 404 });
  expect(await testing.request("GET", "/environments/production/decisions?limit=0")).toMatchObject({
    status: 400,
  });
  const until = inDays(1);
  const block = { kind: "block", scope: "env=*", reason: "r", until };
  const approvals = "/environments/production/approvals";
  const overrides = "/environments/production/overrides";
  const incidents = "/environments/production/incidents";
  const refused = [
    ["POST", "/rules", "viewer", block],
    ["POST", "/rules/rul_0123456789abcdef/lift", "viewer", { reason: "r" }],
    ["POST", "/rules/rul_0123456789abcdef/accept", "viewer", { backtest: "x" }],
    ["POST", approvals, "responder", { change }],
    ["DELETE", "/approvals/apr_0123456789abcdef", "responder", undefined],
    ["POST", overrides, "releaser", { subject: `change:${change}`, rules: [], reason: "r" }],
    ["POST", incidents, "viewer", {}],
    ["POST", "/incidents/INC-1/resolve", "viewer", {}],
    ["POST", approvals, "admin:bob:staging", { change }],
    ["POST", overrides, "admin:bob:staging", {}],
    ["POST", incidents, "admin:bob:staging", {}],
  ] as const;
  for (const [method, path, as, body] of refused) {
    const answer = await testing.request(method, path, { as, ...(body === undefined ? {} : { body }) });
    expect({ path, as, status: answer.status }).toEqual({ path, as, status: 403 });
  }
  expect(await logged()).toEqual([]);
});

test("a block holds at once, until it is lifted with a reason, and only one lifts it", async () => {
  const block = await add({
    kind: "block",
    scope: "table=payments kind=rename-column",
    reason: "INC-7 is not understood.",
    until: inDays(7),
    incident: "INC-7",
  });
  expect(block).toMatchObject({ state: "in-force", scope: "kind=rename-column table=payments" });
  const decision = await ask();
  expect(decision.verdict).toBe("blocked");
  expect(decision.reasons[0]).toMatchObject({ code: "block", rule: block.id });
  expect(await testing.request("POST", `/rules/${block.id}/lift`, { body: { reason: "  " } })).toMatchObject({
    status: 400,
  });
  const lifts = await Promise.all(
    ["grace", "bob"].map((who) =>
      testing.request("POST", `/rules/${block.id}/lift`, {
        as: `responder:${who}`,
        body: { reason: "It is understood." },
      }),
    ),
  );
  expect(lifts.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect((await ask()).verdict).toBe("go");
  expect(await logged()).toEqual(["rule.add", "rule.lift"]);
});

test("a block lasts 90 days at most, and its scope says something that there is", async () => {
  const block = { kind: "block", scope: "env=*", reason: "r", until: inDays(91) };
  expect(await testing.request("POST", "/rules", { body: block })).toMatchObject({
    status: 400,
    body: { code: "input-not-valid" },
  });
  expect(
    await testing.request("POST", "/rules", { body: { ...block, until: inDays(1), scope: "colour=red" } }),
  ).toMatchObject({ status: 400, body: { code: "scope-not-valid" } });
});

test("a token for one environment makes no rule for another, and lifts none", async () => {
  const block = { kind: "block", reason: "r", until: inDays(1) };
  for (const scope of ["env=*", "kind=rename-column", "env=staging,production", "env!=production"]) {
    const answer = await testing.request("POST", "/rules", {
      as: "admin:bob:staging",
      body: { ...block, scope },
    });
    expect({ scope, status: answer.status }).toEqual({ scope, status: 403 });
  }
  await add({ ...block, scope: "env=staging" }, "admin:bob:staging");
  const wide = await add({ ...block, scope: "env=*" });
  expect(
    await testing.request("POST", `/rules/${wide.id}/lift`, {
      as: "admin:bob:staging",
      body: { reason: "r" },
    }),
  ).toMatchObject({ status: 403 });
});

test("a size limit is proposed, and comes into force when somebody else accepts exactly its backtest", async () => {
  const limit = await add({
    kind: "size-limit",
    scope: "env=*",
    reason: "smaller",
    settings: { statements: 2 },
  });
  expect(limit).toMatchObject({
    state: "proposed",
    backtest: { changes: 1, stoppedGood: [{ change, why: "3 statements (at most 2)" }] },
  });
  expect((await ask()).verdict).toBe("go");
  const accept = (as: string, backtest: string): ReturnType<typeof testing.request> =>
    testing.request("POST", `/rules/${limit.id}/accept`, { as, body: { backtest } });
  expect(await accept("admin:ada", limit.backtest.digest)).toMatchObject({
    status: 403,
    body: { code: "own-rule" },
  });
  await testing.control.query("update interlock_control.changes set caused_incident = 'INC-7'");
  expect(await accept("responder:grace", limit.backtest.digest)).toMatchObject({
    status: 409,
    body: { code: "conflict" },
  });
  const list = (await testing.request("GET", "/rules")).body as {
    rules: { backtest: { digest: string; stoppedCaused: unknown[] } }[];
  };
  const tested = list.rules[0]?.backtest;
  expect(tested?.stoppedCaused).toMatchObject([{ change, causedIncident: "INC-7" }]);
  const both = await Promise.all(
    ["responder:grace", "responder:bob"].map((as) => accept(as, tested?.digest ?? "")),
  );
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect((await ask()).reasons[0]).toMatchObject({ code: "size-limit", effect: "blocks" });
  expect(await logged()).toEqual(["rule.add", "rule.accept"]);
});

test("an approval counts unless it is the author's own, and can be taken back", async () => {
  const rule = await add({
    kind: "approval",
    scope: "env=production",
    reason: "four eyes",
    settings: { count: 1 },
  });
  await testing.request("POST", `/rules/${rule.id}/accept`, {
    as: "responder:bob",
    body: { backtest: rule.backtest.digest },
  });
  expect((await ask()).reasons[0]).toMatchObject({ code: "approval-missing" });
  const path = "/environments/production/approvals";
  expect(await testing.request("POST", path, { as: "admin:ada", body: { change } })).toMatchObject({
    status: 403,
    body: { code: "own-change" },
  });
  const twice = await Promise.all(
    [1, 2].map(() => testing.request("POST", path, { as: "releaser:grace", body: { change } })),
  );
  expect(twice.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  expect((await ask()).verdict).toBe("go");
  const listed = (await testing.request("GET", `${path}?change=${change}`)).body as {
    approvals: { id: string }[];
  };
  const id = listed.approvals[0]?.id ?? "";
  expect(await testing.request("DELETE", `/approvals/${id}`, { as: "releaser:bob" })).toMatchObject({
    status: 403,
  });
  const back = await Promise.all(
    [1, 2].map(() => testing.request("DELETE", `/approvals/${id}`, { as: "releaser:grace" })),
  );
  expect(back.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect((await ask()).verdict).toBe("blocked");
  // Given again, it holds again; expired, it does not, and makes room.
  await testing.request("POST", path, { as: "releaser:grace", body: { change } });
  await testing.control.query("update interlock_control.approvals set expires_at = clock_timestamp()");
  expect((await ask()).verdict).toBe("blocked");
  expect(await testing.request("POST", path, { as: "releaser:grace", body: { change } })).toMatchObject({
    status: 201,
  });
});

test("a P1 holds until it is resolved; a P2 only when it is asked to; an override sets it aside for one subject", async () => {
  const path = "/environments/production/incidents";
  const p1 = { priority: "P1", titles: { en: "payments fail" }, scope: "app=payments" };
  expect(await testing.request("POST", path, { body: p1 })).toMatchObject({ status: 201 });
  await testing.request("POST", path, { body: { ...p1, priority: "P2" } });
  const decision = await ask();
  expect(decision.reasons.map(({ code }) => code)).toEqual(["open-incident"]);
  const incident = decision.reasons[0]?.incident ?? "";
  const override = {
    subject: `change:${change}`,
    rules: [`incident:${incident}`],
    reason: "it is the cure",
    minutes: 5,
  };
  const overrides = "/environments/production/overrides";
  expect(await testing.request("POST", overrides, { body: { ...override, minutes: 241 } })).toMatchObject({
    status: 400,
  });
  expect(
    await testing.request("POST", overrides, { body: { ...override, rules: ["rul_0123456789abcdef"] } }),
  ).toMatchObject({ status: 404 });
  expect(await testing.request("POST", overrides, { body: override })).toMatchObject({ status: 201 });
  const set = await ask();
  expect(set).toMatchObject({ verdict: "go", reasons: [{ code: "open-incident", effect: "overridden" }] });
  const release = { kind: "release", app: "payments", version: "1" };
  expect((await ask(release)).verdict).toBe("blocked");
  await testing.control.query("update interlock_control.overrides set expires_at = clock_timestamp()");
  expect((await ask()).verdict).toBe("blocked");
  const closed = await Promise.all(
    [1, 2].map(() =>
      testing.request("POST", `/incidents/${incident}/resolve`, { as: "responder:bob", body: {} }),
    ),
  );
  expect(closed.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect((await ask()).verdict).toBe("go");
  expect(await testing.request("POST", overrides, { body: override })).toMatchObject({ status: 404 });
});

test("two who are admitted to one environment don't pass each other", async () => {
  const caller = {
    owner: "ada",
    token: "tok",
    role: "admin",
    scopes: new Set<never>(),
    environments: null,
  } as const;
  const request = { kind: "change", change, to: "expand" } as const;
  let inside = 0;
  let most = 0;
  const one = (): Promise<GateDecision> =>
    testing.control.transact(async (transaction) => {
      const decision = await admit(
        transaction,
        { readFacts },
        { environment: "production", request, caller },
      );
      inside += 1;
      most = Math.max(most, inside);
      await transaction.query("select pg_catalog.pg_sleep(0.02)");
      inside -= 1;
      return decision;
    });
  const decisions = await Promise.all([one(), one(), one()]);
  expect(most).toBe(1);
  expect(decisions.map(({ verdict }) => verdict)).toEqual(["go", "go", "go"]);
  await add({ kind: "block", scope: "env=*", reason: "stop", until: inDays(1) });
  const refusal = refusalOf(await one());
  expect(refusal).toMatchObject({ code: "blocked-by-gate" });
  expect(refusal.why).toContain("stop");
});
