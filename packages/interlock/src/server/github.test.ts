import { createHmac } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { beforeEach, describe, expect, test } from "vitest";
import { useGithub } from "../gate/github/testing-github.ts";
import { buildApp } from "./build-app.ts";
import { githubDeliveries, githubRoutes } from "./github.ts";
import { useServer } from "./testing-server.ts";

const sha = "0123456789abcdef0123456789abcdef01234567";
const github = useGithub();
const server = useServer(({ control }) => githubRoutes({ control }));
let app: FastifyInstance;

beforeEach(async () => {
  const { control } = server;
  app = await buildApp({
    routes: [],
    authenticate: async () => {
      throw new Error("nobody is asked for a token");
    },
    plugins: [githubDeliveries({ control, settings: github.settings })],
  });
  return async () => {
    await app.close();
  };
});

const path = "/integrations/github/deployment-protection";

function delivery(changes: object = {}) {
  return {
    action: "requested",
    environment: "production",
    event: "push",
    deployment_callback_url: `${github.settings.api}/repos/shop/payments/actions/runs/7/deployment_protection_rule`,
    deployment: { id: 9, sha, ref: "main", payload: {} },
    pull_requests: [],
    repository: { id: 1, full_name: "shop/payments" },
    installation: { id: 55, node_id: "x" },
    sender: { login: "ada" },
    ...changes,
  };
}

async function send(
  body: string,
  {
    headers = {},
    without,
    secret = "planted-webhook-secret",
  }: { headers?: Record<string, string>; without?: string; secret?: string } = {},
) {
  const all: Record<string, string> = {
    "content-type": "application/json",
    "x-github-event": "deployment_protection_rule",
    "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
    ...headers,
  };
  if (without !== undefined) delete all[without];
  return app.inject({ method: "POST", url: path, headers: all, payload: body });
}

async function noted(): Promise<number> {
  return (await server.control.query("select 1 from interlock_control.github_requests")).length;
}

test("a signed request is taken at once, and once", async () => {
  const body = JSON.stringify(delivery());
  const first = await send(body);
  expect([first.statusCode, first.json()]).toEqual([202, { taken: true }]);
  const replayed = await send(body, { headers: { "x-github-delivery": "another-one" } });
  expect([replayed.statusCode, replayed.json()]).toEqual([202, { taken: false }]);
  expect(await noted()).toBe(1);
});

describe("what is not signed is not read", () => {
  test.each([
    ["no signature", { without: "x-hub-signature-256" }],
    ["the older SHA-1 one", { without: "x-hub-signature-256", headers: { "x-hub-signature": "sha1=00" } }],
    ["a short one", { headers: { "x-hub-signature-256": "sha256=00" } }],
    ["one of something else", { headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` } }],
    ["letters that are no digits", { headers: { "x-hub-signature-256": `sha256=${"g".repeat(64)}` } }],
  ])("%s", async (_, changes) => {
    const answer = await send(JSON.stringify(delivery()), changes);
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: "unauthenticated" });
  });
  test("another secret", async () => {
    expect((await send(JSON.stringify(delivery()), { secret: "guessed" })).statusCode).toBe(401);
  });
  test("a byte changed on the way", async () => {
    const text = JSON.stringify(delivery());
    const header = `sha256=${createHmac("sha256", "planted-webhook-secret").update(text).digest("hex")}`;
    const changed = text.replace("production", "Production");
    expect((await send(changed, { headers: { "x-hub-signature-256": header } })).statusCode).toBe(401);
    expect(await noted()).toBe(0);
  });
  test("nothing at all", async () => {
    const answer = await app.inject({ method: "POST", url: path });
    expect(answer.statusCode).toBe(401);
  });
});

test.each([
  "https://api.github.com.evil.example/repos/shop/payments/actions/runs/7/deployment_protection_rule",
  "http://169.254.169.254/latest/meta-data/",
  "file:///etc/passwd",
  "",
  "API/repos/shop/other/actions/runs/7/deployment_protection_rule",
  "API/repos/shop/payments/actions/runs/7/../../../deployment_protection_rule",
  "API/repos/shop/payments/actions/runs/7/deployment_protection_rule?next=x",
  "API/repos/shop/payments/actions/runs/7/deployment_protection_rule#x",
  "API@evil.example/repos/shop/payments/actions/runs/7/deployment_protection_rule",
  "API/../repos/shop/payments/actions/runs/7/deployment_protection_rule",
  "API/repos/shop/payments/actions/runs/7%2f/deployment_protection_rule",
])("an answer is never sent to %s", async (url) => {
  const answer = await send(
    JSON.stringify(delivery({ deployment_callback_url: url.replace("API", github.settings.api) })),
  );
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: "github-callback-refused" });
  expect(await noted()).toBe(0);
});

test.each([
  ["another action", { action: "completed" }],
  ["no deployment", { deployment: undefined }],
  ["a commit that is none", { deployment: { id: 9, sha: "main" } }],
  ["a repository above", { repository: { full_name: "../payments" } }],
  ["an installation that is text", { installation: { id: "55/../.." } }],
  ["an endless name", { environment: "x".repeat(300) }],
  ["a name with U+0000", { environment: "a\u0000b" }],
])("%s is refused in words", async (_, changes) => {
  const answer = await send(JSON.stringify(delivery(changes)));
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toMatchObject({ code: "input-not-valid" });
});

test.each(["", "null", "[]", "{", "\u0000"])("%j is refused in words", async (body) => {
  expect((await send(body)).statusCode).toBe(400);
});

test("other events are received and left alone", async () => {
  const answer = await send(JSON.stringify({ zen: "Keep it logically awesome." }), {
    headers: { "x-github-event": "ping" },
  });
  expect([answer.statusCode, answer.json()]).toMatchObject([202, { taken: false }]);
});

test("a huge delivery is refused before it is read", async () => {
  const answer = await send(JSON.stringify(delivery({ padding: "x".repeat(2 * 1024 * 1024) })));
  expect(answer.statusCode).toBe(413);
});

test("somebody who guesses signatures is soon not listened to", async () => {
  const statuses = new Set<number>();
  for (let guess = 0; guess < 310; guess++)
    statuses.add((await send("{}", { secret: "guessed" })).statusCode);
  expect([...statuses]).toEqual([401, 429]);
  const refused = await send(JSON.stringify(delivery()));
  expect(refused.statusCode).toBe(429);
  expect(refused.json()).toHaveProperty("code");
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
});

test("without a secret there is nothing here", async () => {
  const bare = await buildApp({
    routes: [],
    authenticate: async () => {
      throw new Error("nobody is asked for a token");
    },
    plugins: [githubDeliveries({ control: server.control, settings: null })],
  });
  expect((await bare.inject({ method: "POST", url: path, payload: {} })).statusCode).toBe(404);
  await bare.close();
});

const build = { repository: "Shop/Payments", appVersion: "payments@2.3.0" };

test("a build is pushed, and pushed again in another version", async () => {
  const put = async (body: object) =>
    server.request("PUT", `/integrations/github/builds/${sha}`, { as: "releaser", body });
  expect(await put(build)).toEqual({
    status: 200,
    body: { repository: "shop/payments", sha, appVersion: "payments@2.3.0" },
  });
  expect((await put({ ...build, appVersion: "payments@2.3.1" })).status).toBe(200);
  const rows = await server.control.query<{ version: string }>(
    "select version from interlock_control.github_builds",
  );
  expect(rows).toEqual([{ version: "2.3.1" }]);
});

test("two pushes at once leave one of both", async () => {
  const answers = await Promise.all(
    ["1", "2", "3", "4"].map(async (version) =>
      server.request("PUT", `/integrations/github/builds/${sha}`, {
        body: { ...build, appVersion: `payments@${version}` },
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(await server.control.query("select 1 from interlock_control.github_builds")).toHaveLength(1);
});

test("who may not release may not say what a commit is", async () => {
  for (const as of ["viewer", "responder", "nobody"]) {
    const { status } = await server.request("PUT", `/integrations/github/builds/${sha}`, { as, body: build });
    expect(status).toBe(as === "nobody" ? 401 : 403);
  }
});

test("what GitHub asked is listed", async () => {
  await send(JSON.stringify(delivery()));
  const { status, body } = await server.request("GET", "/integrations/github/requests", { as: "viewer" });
  expect([status, body]).toMatchObject([
    200,
    { requests: [{ repository: "shop/payments", state: "waiting", sha, endedAt: null, why: null }] },
  ]);
});
