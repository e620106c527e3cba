import { beforeEach, describe, expect, test } from "vitest";
import type { Action } from "../api/actions.ts";
import type { GateDecision } from "../api/gate.ts";
import type { GateFacts } from "../gate/facts.ts";
import { readRuleFacts } from "../gate/read-rules.ts";
import type { FactsQuestion } from "../gate/services.ts";
import { change as exampleChange, facts as exampleFacts, fit, old } from "../gate/testing/example-facts.ts";
import { remindActions } from "../postmortem/actions/remind-actions.ts";
import { actionRoutes } from "./actions.ts";
import { gateRoutes } from "./gate.ts";
import { rulesRoutes } from "./rules.ts";
import { useServer } from "./testing-server.ts";

const culprit = "chg_aaaaaaaaaaaaaaaa";
const similar = "chg_bbbbbbbbbbbbbbbb";
const harmless = "chg_cccccccccccccccc";

/** What would be read where everything works, so that only rules stand against anything; the order is each change's own. */
async function readFacts({ query, environment, request, at }: FactsQuestion): Promise<GateFacts> {
  const asked = request.kind === "change" ? request.change : null;
  const fits = (["before", "expanded", "after"] as const).map((stage) => fit(old, stage, true));
  const order = asked === harmless ? "any" : "split";
  return {
    ...exampleFacts(request),
    environment,
    at: at.toISOString(),
    changes: asked === null ? [] : [{ ...exampleChange("before", { order, fits }), change: asked }],
    ...(await readRuleFacts(query, { environment, change: asked, at })),
  };
}

const testing = useServer(({ control }) => [
  ...actionRoutes({ control }),
  ...rulesRoutes({ control }),
  ...gateRoutes({ control, readFacts }),
]);

const symptoms = { fr: "Déploiement partiel", en: "Partial deployment" };
const texts = { fr: "Blocage temporaire", en: "Temporary block" };
const scope = "order=split to=structure env=production";
const until = new Date(Date.now() + 7 * 86_400_000).toISOString();
const block = { kind: "block", symptoms, texts, rule: { kind: "block", scope, until } };

beforeEach(async () => {
  const { control } = testing;
  await control.query(
    "insert into interlock_control.environments (name, tools) values ('production', '{}'), ('staging', '{}')",
  );
  await control.query(
    `insert into interlock_control.incidents
       (id, number, environment, titles, priority, started_at, detected_at, opened_by)
     values ('inc_0000000000000012', 12, 'production', '{"en": "payments fail"}', 'P1', now(), now(), 'ada')`,
  );
  for (const [id, order] of [
    [culprit, "split"],
    [similar, "split"],
    [harmless, "any"],
  ]) {
    await control.query(
      `insert into interlock_control.changes (id, title, files, baseline, digests, touches, created_by)
       values ($1::text, '', '[]', '[]', '{}', $2::jsonb, 'ada')`,
      [
        id,
        JSON.stringify({
          kinds: ["drop-column"],
          tables: ["public.payments"],
          statements: 5,
          operations: 5,
          files: 1,
          rewrites: [],
        }),
      ],
    );
    await control.query(
      `insert into interlock_control.rehearsals (id, change, key, old_versions, new_versions, state, report)
       values ('reh_' || right($1::text, 16), $1::text, $1::text, '[]', '[]', 'done', jsonb_build_object('order', $2::text))`,
      [id, order],
    );
  }
});

async function propose(body: object = {}, as = "responder:bob"): Promise<Action> {
  const answer = await testing.request("POST", "/incidents/INC-12/actions", {
    as,
    body: { ...block, ...body },
  });
  expect(answer).toMatchObject({ status: 201 });
  return answer.body as Action;
}

async function accept(
  { reference, backtest }: Action,
  as = "responder:bob",
): Promise<{ status: number; body: unknown }> {
  const body = { backtest: backtest?.digest ?? "" };
  return testing.request("POST", `/actions/${reference}/accept`, { as, body });
}

async function ask(change: string, to: string): Promise<GateDecision> {
  const body = { kind: "change", change, to };
  return (await testing.request("POST", "/environments/production/gate", { body })).body as GateDecision;
}

async function show(reference: string): Promise<Action> {
  return (await testing.request("GET", `/actions/${reference}`)).body as Action;
}

async function told(): Promise<string[]> {
  const rows = await testing.control.query<{ kind: string }>(
    "select kind from interlock_control.events where kind like 'action-%' order by number",
  );
  return rows.map(({ kind }) => kind);
}

describe("an action that becomes a block", () => {
  test("shows its backtest first, then the gate refuses the same kind of change and names the incident", async () => {
    const proposed = await propose({ causedBy: culprit });
    expect(proposed).toMatchObject({
      reference: "ACT-1",
      owner: "bob",
      rule: { state: "not-accepted", id: null, scope: "env=production order=split to=structure" },
      backtest: {
        changes: 3,
        stoppedCaused: [{ change: culprit, causedIncident: "INC-12" }],
        stoppedGood: [{ change: similar }],
        missedCaused: [],
      },
    });
    // Nothing holds before somebody has read that.
    expect(await ask(similar, "structure")).toMatchObject({ verdict: "go" });
    expect(await accept(proposed)).toMatchObject({ status: 200 });

    const refused = await ask(similar, "structure");
    expect(refused).toMatchObject({ verdict: "blocked", reasons: [{ code: "block" }] });
    expect(refused.reasons[0]?.message).toContain("by bob, after INC-12");
    expect(refused.reasons[0]?.message).toContain("Temporary block");
    expect(await ask(similar, "expand")).toMatchObject({ verdict: "go" });
    expect(await ask(harmless, "structure")).toMatchObject({ verdict: "go" });
    await ask(similar, "structure");
    expect(await show("ACT-1")).toMatchObject({
      state: "open",
      rule: { state: "in-force", refused: { decisions: 2, subjects: 1 } },
    });
  });

  test("lets the change go at its end, and is done then", async () => {
    const proposed = await propose();
    await accept(proposed);
    expect(await ask(similar, "structure")).toMatchObject({ verdict: "blocked" });
    await testing.control.query("update interlock_control.rules set expires_at = clock_timestamp()");
    expect(await ask(similar, "structure")).toMatchObject({ verdict: "go" });
    await Promise.all([1, 2].map(() => remindActions(testing, new Date(Date.now() + 1_000))));
    expect(await show("ACT-1")).toMatchObject({
      state: "done",
      endedBy: "interlock",
      rule: { state: "expired", refused: { decisions: 1 } },
    });
    expect(await told()).toEqual(["action-proposed", "action-accepted", "action-done"]);
  });

  test.each([
    ["drop", "dropped"],
    ["done", "done"],
  ])("lifts its block with it: %s", async (verb, state) => {
    await accept(await propose());
    const answer = await testing.request("POST", `/actions/ACT-1/${verb}`, {
      body: { reason: "it is mended" },
    });
    expect(answer).toMatchObject({ status: 200, body: { state, rule: { state: "lifted" } } });
    expect(await ask(similar, "structure")).toMatchObject({ verdict: "go" });
  });

  test("is not accepted with a backtest that is not today's; the new one is kept to be read", async () => {
    const proposed = await propose();
    await testing.control.query(
      "update interlock_control.changes set caused_incident = 'INC-11' where id = $1::text",
      [similar],
    );
    expect(await accept(proposed)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await ask(similar, "structure")).toMatchObject({ verdict: "go" });
    const read = await show("ACT-1");
    expect(read.backtest?.stoppedCaused).toHaveLength(1);
    expect(await accept(read)).toMatchObject({ status: 200 });
  });

  test("is accepted once, whoever is first", async () => {
    const proposed = await propose();
    const answers = await Promise.all([1, 2, 3].map(() => accept(proposed)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const rules = await testing.control.query("select id from interlock_control.rules");
    expect(rules).toHaveLength(1);
  });

  test("that was lifted by hand holds nothing, and can still be dropped", async () => {
    await accept(await propose());
    const { rule } = await show("ACT-1");
    await testing.request("POST", `/rules/${rule?.id ?? ""}/lift`, { body: { reason: "enough" } });
    expect(await show("ACT-1")).toMatchObject({ state: "open", rule: { state: "lifted" } });
    const answer = await testing.request("POST", "/actions/ACT-1/drop", { body: { reason: "it is gone" } });
    expect(answer).toMatchObject({ status: 200, body: { state: "dropped" } });
  });
});

describe("an action that becomes a rule", () => {
  const limit = {
    kind: "rule",
    rule: { kind: "size-limit", scope: "env=production", settings: { statements: 2 } },
  };

  test("is accepted by a second person, and stays when the action is done", async () => {
    const proposed = await propose(limit);
    expect(proposed).toMatchObject({ rule: { state: "proposed" }, backtest: { changes: 3 } });
    expect(await accept(proposed)).toMatchObject({ status: 403, body: { code: "own-rule" } });
    expect(await accept(proposed, "responder:eve")).toMatchObject({ status: 200 });
    const refused = await ask(similar, "structure");
    expect(refused).toMatchObject({ verdict: "blocked", reasons: [{ code: "size-limit" }] });
    expect(refused.reasons[0]?.message).toContain("after INC-12");
    await testing.request("POST", "/actions/ACT-1/done", { body: { reason: "it is the rule now" } });
    expect(await ask(similar, "structure")).toMatchObject({ verdict: "blocked" });
  });

  test("goes when the action is dropped, proposed or in force", async () => {
    await propose(limit);
    await testing.request("POST", "/actions/ACT-1/drop", { body: { reason: "no" } });
    const rules = await testing.control.query("select state from interlock_control.rules");
    expect(rules).toEqual([{ state: "lifted" }]);
  });
});

/** What three servers that look at once tell of, all together. */
async function look(ms: number): Promise<number> {
  const found = await Promise.all([1, 2, 3].map(() => remindActions(testing, new Date(ms))));
  return found.reduce((sum, one) => sum + one, 0);
}

describe("reminders", () => {
  const due = Date.parse("2026-12-20T12:00:00.000Z");
  const hourMs = 3_600_000;

  test("come once before it is due and once when it is, from one of several servers", async () => {
    await propose({ kind: "task", rule: undefined, dueAt: new Date(due).toISOString() });
    expect(await look(due - 49 * hourMs)).toBe(0);
    expect(await look(due - 48 * hourMs)).toBe(1);
    expect(await look(due - hourMs)).toBe(0);
    expect(await look(due)).toBe(1);
    expect(await look(due + hourMs)).toBe(0);
    expect(await told()).toEqual(["action-proposed", "action-due-soon", "action-overdue"]);
  });

  test("come anew where the date was moved, and not where it is done", async () => {
    const { revision } = await propose({ kind: "task", rule: undefined, dueAt: new Date(due).toISOString() });
    await remindActions(testing, new Date(due));
    const dueAt = new Date(due + 100 * hourMs).toISOString();
    await testing.request("PATCH", "/actions/ACT-1", { body: { dueAt, revision } });
    expect(await remindActions(testing, new Date(due + 60 * hourMs))).toBe(1);
    await testing.request("POST", "/actions/ACT-1/done", { body: { reason: "it is" } });
    expect(await remindActions(testing, new Date(due + 200 * hourMs))).toBe(0);
  });

  test("tell of a block that is about to end", async () => {
    await accept(await propose());
    const endsAt = Date.parse(until);
    expect(await remindActions(testing, new Date(endsAt - 72 * hourMs))).toBe(0);
    expect(await remindActions(testing, new Date(endsAt - 47 * hourMs))).toBe(1);
    expect(await remindActions(testing, new Date(endsAt - 46 * hourMs))).toBe(0);
  });
});

function end(verb: string): Promise<{ status: number }> {
  return testing.request("POST", `/actions/ACT-1/${verb}`, { body: { reason: "so" } });
}

describe("who may", () => {
  test.each([
    ["a viewer", "viewer", 403],
    ["nobody", "nobody", 401],
    ["somebody for another environment", "responder:bob:staging", 403],
  ])("propose, accept, change and end an action: not %s", async (_, as, status) => {
    const action = await propose();
    expect(await testing.request("POST", "/incidents/INC-12/actions", { as, body: block })).toMatchObject({
      status,
    });
    expect(await accept(action, as)).toMatchObject({ status });
    const change = { owner: "eve", revision: 1 };
    expect(await testing.request("PATCH", "/actions/ACT-1", { as, body: change })).toMatchObject({ status });
    for (const verb of ["done", "drop"]) {
      const answer = await testing.request("POST", `/actions/ACT-1/${verb}`, { as, body: { reason: "no" } });
      expect(answer).toMatchObject({ status });
    }
    expect(await show("ACT-1")).toMatchObject({
      state: "open",
      owner: "bob",
      rule: { state: "not-accepted" },
    });
  });

  test("reach further than their environment: nobody", async () => {
    const as = "responder:bob:production";
    const body = { ...block, rule: { ...block.rule, scope: "order=split" } };
    expect(await testing.request("POST", "/incidents/INC-12/actions", { as, body })).toMatchObject({
      status: 403,
    });
  });

  test.each([
    ["a task with a rule", { kind: "task" }, 400],
    ["a block without one", { rule: undefined }, 400],
    ["a rule that is a block", { kind: "rule" }, 400],
    ["a scope that there is none of", { rule: { ...block.rule, scope: "order=splitt" } }, 400],
    ["an end that has passed", { rule: { ...block.rule, until: "2020-01-01T00:00:00Z" } }, 400],
    ["a block for ever", { rule: { ...block.rule, until: "2099-01-01T00:00:00Z" } }, 400],
    ["a cause that there is none of", { causedBy: "chg_zzzzzzzzzzzzzzzz" }, 404],
  ])("nobody: %s", async (_, more, status) => {
    const body = { ...block, ...more };
    expect(await testing.request("POST", "/incidents/INC-12/actions", { body })).toMatchObject({ status });
    expect(await testing.control.query("select id from interlock_control.actions")).toEqual([]);
  });

  test("change what somebody else changed since it was read: nobody", async () => {
    const { revision } = await propose();
    const change = (owner: string): Promise<{ status: number }> =>
      testing.request("PATCH", "/actions/ACT-1", { body: { owner, revision } });
    const answers = await Promise.all([change("eve"), change("mallory")]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  test("end an action twice: nobody", async () => {
    await propose();
    const answers = await Promise.all([end("done"), end("drop")]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });
});
