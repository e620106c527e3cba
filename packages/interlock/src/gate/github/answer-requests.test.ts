import { expect, test, vi } from "vitest";
import type { GateDecision, GateReason, Verdict } from "../../api/gate.ts";
import { useControl } from "../../control/testing-control.ts";
import { Failure } from "../../std/failure.ts";
import { answerDueRequests, type GithubServices } from "./answer-requests.ts";
import { putBuild } from "./builds.ts";
import type { Ask } from "./judge.ts";
import { takeRequest } from "./take-request.ts";
import { useGithub } from "./testing-github.ts";

const testing = useControl();
const github = useGithub();
const sha = "a".repeat(40);
const signal = new AbortController().signal;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

function decision(verdict: Verdict, reasons: Partial<GateReason>[] = []): Ask {
  return async ({ environment, request }) =>
    ({
      format: "interlock-gate/1",
      id: "dec_0000000000000000",
      environment,
      request,
      verdict,
      order: null,
      reasons: reasons.map((reason) => ({
        code: "block",
        effect: verdict === "unknown" ? "unknown" : "blocks",
        message: "No.",
        next: "Wait.",
        ...reason,
      })),
      at: "2026-01-01T00:00:00.000Z",
    }) satisfies GateDecision;
}

function services(ask: Ask): GithubServices {
  return { control: testing.control, settings: github.settings, ask, log };
}

async function take({ deployment = 9, environment = "Production", delivery = "d-1" } = {}): Promise<boolean> {
  return takeRequest(services(decision("go")), {
    delivery,
    request: {
      action: "requested",
      environment,
      deployment_callback_url: `${github.settings.api}/repos/Shop/Payments/actions/runs/7/deployment_protection_rule`,
      deployment: { id: deployment, sha },
      repository: { full_name: "Shop/Payments" },
      installation: { id: 55 },
    },
  });
}

async function build(app = "payments", version = "2.3.0"): Promise<void> {
  await putBuild(
    { control: testing.control },
    {
      build: { repository: "shop/payments", sha, app, version },
      caller: { owner: "ci", token: "t", role: "releaser", scopes: new Set(), environments: null },
    },
  );
}

/** As if time had passed. */
async function dueNow(received = "0 seconds"): Promise<void> {
  await testing.control.query(
    `update interlock_control.github_requests set next_at = clock_timestamp(),
     received_at = clock_timestamp() - $1::text::interval where state = 'waiting'`,
    [received],
  );
}

async function states(): Promise<string[]> {
  const rows = await testing.control.query<{ state: string }>(
    "select state from interlock_control.github_requests order by deployment",
  );
  return rows.map(({ state }) => state);
}

test("go is approved, once, for every app version of the commit", async () => {
  await build();
  await build("terminals", "1.0.0");
  expect(await take()).toBe(true);
  const ask = vi.fn<Ask>(decision("go"));
  expect(await answerDueRequests(services(ask), signal)).toBe(1);
  expect(ask.mock.calls.map(([{ environment, request }]) => [environment, request])).toEqual([
    ["production", { kind: "release", app: "payments", version: "2.3.0" }],
    ["production", { kind: "release", app: "terminals", version: "1.0.0" }],
  ]);
  expect(github.reviews).toEqual([
    {
      path: "/repos/Shop/Payments/actions/runs/7/deployment_protection_rule",
      environmentName: "Production",
      state: "approved",
      comment: expect.stringContaining("payments@2.3.0") as string,
    },
  ]);
  // Redelivered, under the same or another id: there is one answer.
  expect(await take()).toBe(false);
  expect(await take({ delivery: "d-2" })).toBe(false);
  await dueNow();
  expect(await answerDueRequests(services(ask), signal)).toBe(0);
  expect(github.reviews).toHaveLength(1);
});

const askOfTwo: Ask = async (question) => {
  const { request } = question;
  return decision(request.kind === "release" && request.app === "terminals" ? "blocked" : "go", [
    { message: "terminals_v1 <b>@all</b>" },
  ])(question);
};

test("one blocked app version of the commit is enough to reject; naming the app leaves the other out", async () => {
  await build();
  await build("terminals", "1.0.0");
  await take({ deployment: 1, environment: "production" });
  await take({ deployment: 2, environment: "production/payments" });
  await answerDueRequests(services(askOfTwo), signal);
  expect(github.reviews.map(({ state }) => state)).toEqual(["rejected", "approved"]);
  expect(github.reviews[0]?.comment).toContain(String.raw`terminals\_v1 \<b\>`);
});

test("unknown is told once, asked again, and approved when it is known", async () => {
  await build();
  await take();
  const ask = decision("unknown", [{ code: "rehearsal-running" }]);
  await answerDueRequests(services(ask), signal);
  await dueNow();
  await answerDueRequests(services(ask), signal);
  expect(github.reviews.map(({ state }) => state)).toEqual([undefined]);
  expect(await states()).toEqual(["waiting"]);
  await dueNow();
  await answerDueRequests(services(decision("go")), signal);
  expect(github.reviews.map(({ state }) => state)).toEqual([undefined, "approved"]);
  expect(await states()).toEqual(["approved"]);
});

test("what stays unknown for 30 minutes is rejected", async () => {
  await build();
  await take();
  await answerDueRequests(services(decision("unknown", [{}])), signal);
  await dueNow("29 minutes");
  await answerDueRequests(services(decision("unknown", [{}])), signal);
  expect(await states()).toEqual(["waiting"]);
  await dueNow("31 minutes");
  await answerDueRequests(services(decision("unknown", [{}])), signal);
  expect(github.reviews.at(-1)).toMatchObject({
    state: "rejected",
    comment: expect.stringContaining("Still unknown after 30 minutes") as string,
  });
});

test.each([
  ["a commit that nobody pushed", "production", "PUT /api/v1/integrations/github/builds/"],
  ["an environment that can't be ours", "Pro duction", "names no environment"],
  ["one with too many parts", "a/b/c", "names no environment"],
])("%s is unknown, with what to do", async (_, environment, told) => {
  await take({ environment });
  await answerDueRequests(services(decision("go")), signal);
  expect(github.reviews).toEqual([
    expect.objectContaining({ state: undefined, comment: expect.stringContaining(told) as string }),
  ]);
});

const failing: Ask = async () => {
  throw new Failure({ code: "not-found", message: "There is no environment production." });
};

test("a gate that fails is unknown, never a go", async () => {
  await build();
  await take();
  await answerDueRequests(services(failing), signal);
  expect(github.reviews).toEqual([expect.objectContaining({ state: undefined })]);
  expect(await states()).toEqual(["waiting"]);
});

test("comments end before GitHub's tenth, the answer still comes", async () => {
  await build();
  await take();
  for (let round = 0; round < 14; round++) {
    await answerDueRequests(services(decision("unknown", [{ message: `Round ${String(round)}.` }])), signal);
    await dueNow();
  }
  expect(github.reviews).toHaveLength(9);
  await answerDueRequests(services(decision("blocked", [{ message: "x".repeat(5_000) }])), signal);
  expect(github.reviews.at(-1)?.state).toBe("rejected");
});

test.each([500, 502, 429])("GitHub that answers %i is tried again", async (status) => {
  await build();
  await take();
  github.instead.set("deployment_protection_rule", { status });
  await answerDueRequests(services(decision("go")), signal);
  expect(await states()).toEqual(["waiting"]);
  github.instead.clear();
  await dueNow();
  await answerDueRequests(services(decision("blocked", [{}])), signal);
  // Decided anew: what was a go is none any more.
  expect(github.reviews.map(({ state }) => state)).toEqual(["rejected"]);
});

test("what GitHub refuses has failed, and a redelivery takes it up again", async () => {
  await build();
  await take();
  github.instead.set("access_tokens", { status: 401, body: "planted secret of GitHub's" });
  await answerDueRequests(services(decision("go")), signal);
  expect(await states()).toEqual(["failed"]);
  const [row] = await testing.control.query<{ why: string }>(
    "select why from interlock_control.github_requests",
  );
  expect(row?.why).toContain("401");
  expect(row?.why).not.toContain("planted");
  github.instead.clear();
  expect(await take({ delivery: "d-1" })).toBe(true);
  await answerDueRequests(services(decision("go")), signal);
  expect(github.reviews.map(({ state }) => state)).toEqual(["approved"]);
});

test("GitHub that is away for two hours is given up", async () => {
  await build();
  await take();
  await dueNow("121 minutes");
  github.instead.set("access_tokens", { status: 503 });
  await answerDueRequests(services(decision("go")), signal);
  expect(await states()).toEqual(["failed"]);
});

test("a redirect is not followed with the token", async () => {
  await build();
  await take();
  github.instead.set("deployment_protection_rule", {
    status: 307,
    headers: { location: `${github.settings.api}/elsewhere` },
  });
  await answerDueRequests(services(decision("go")), signal);
  expect(github.asked.map(({ path }) => path)).not.toContain("/elsewhere");
  expect(await states()).toEqual(["waiting"]);
});

test("two servers at once answer each deployment once", async () => {
  await build();
  for (let deployment = 1; deployment <= 6; deployment++) await take({ deployment });
  const looked = await Promise.all([
    answerDueRequests(services(decision("go")), signal),
    answerDueRequests(services(decision("go")), signal),
  ]);
  expect(looked.reduce((sum, each) => sum + each, 0)).toBe(6);
  expect(github.reviews).toHaveLength(6);
});

test("whoever was overtaken does not end what another server took over", async () => {
  await build();
  await take();
  const slow: Ask = async (question) => {
    // In the meantime another server takes it over and is told that it is blocked.
    await dueNow();
    await answerDueRequests(services(decision("blocked", [{}])), signal);
    return decision("unknown", [{}])(question);
  };
  await answerDueRequests(services(slow), signal);
  expect(await states()).toEqual(["rejected"]);
});

test("answers are in the audit log, without a secret", async () => {
  await build();
  await take();
  await answerDueRequests(services(decision("go")), signal);
  const rows = await testing.control.query<{ action: string; actor: string; detail: unknown }>(
    "select action, actor, detail from interlock_control.audit_log order by number",
  );
  expect(rows.map(({ action, actor }) => [action, actor])).toEqual([
    ["github.build", "ci"],
    ["github.ask", "github:shop/payments"],
    ["github.answer", "interlock"],
  ]);
  expect(JSON.stringify(rows)).not.toContain("planted");
});
