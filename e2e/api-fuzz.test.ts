import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scopesOfRole, type Role } from "../packages/interlock/src/api/access.ts";
import { attack } from "./api/attack.ts";
import { operationsOf, type Operation } from "./api/document.ts";
import { faultsOf } from "./api/judge-answer.ts";
import { makeThings, type Words } from "./api/known.ts";
import { secretsLeftBehind } from "./api/left-behind.ts";
import { plant, type Planted } from "./api/planted.ts";
import { send, type WireAnswer } from "./api/send.ts";

// A really started server, asked everything that its own OpenAPI document says it can be asked, and more.
// FUZZ_RUNS sets how many requests are made up, FUZZ_SEED where from.

const count = Number(process.env["FUZZ_RUNS"] ?? 800);
const seed = Number(process.env["FUZZ_SEED"] ?? 20_241_217);
let planted: Planted;
let known: Words;
let operations: Operation[];

beforeAll(async () => {
  planted = await plant({ flags: ["--read-limit", "10000000", "--mutation-limit", "10000000"] });
  known = await makeThings(planted);
  operations = operationsOf(planted.document);
});
afterAll(async () => {
  await planted.stop();
});

/** The emptiest request for an operation: about things that are not there. */
async function ask(operation: Operation, headers: Record<string, string>): Promise<WireAnswer> {
  const target = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    name === "environment" ? "nowhere" : "nothing",
  );
  const body = operation.body === undefined ? undefined : Buffer.from("{}");
  const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  return send(new URL(planted.server.address), {
    method: operation.method,
    target,
    headers: { ...type, ...headers },
    body,
  });
}

function codeOf({ body }: WireAnswer): string {
  return (JSON.parse(body) as { code: string }).code;
}

test("the document describes what there is", () => {
  expect(planted.document.openapi).toMatch(/^3\.1/);
  const names = operations.map(({ name }) => name);
  for (const expected of [
    "POST /api/v1/environments/{environment}/gate",
    "POST /api/v1/environments/{environment}/releases",
    "POST /api/v1/environments/{environment}/shipments",
    "PUT /api/v1/workloads/{app}/{version}",
    "POST /api/v1/changes",
    "GET /api/v1/audit",
    "DELETE /api/v1/tokens/{token}",
  ]) {
    expect(names).toContain(expected);
  }
});

describe("who may ask", () => {
  test("every operation lets in exactly the tokens that have its scope", async () => {
    const wrong: string[] = [];
    const may: Record<string, readonly string[]> = { ...scopesOfRole, narrow: ["read"] };
    for (const operation of operations) {
      for (const [who, scopes] of Object.entries(may)) {
        const token = planted.tokens[who as Role | "narrow"];
        const answer = await ask(operation, { authorization: `Bearer ${token}` });
        const isRefused = answer.status === 403 && codeOf(answer) === "forbidden";
        const shouldBe = operation.scope !== null && !scopes.includes(operation.scope);
        if (isRefused !== shouldBe || answer.status === 401) {
          wrong.push(
            `${operation.name}, which needs ${String(operation.scope)}, as ${who}: ${String(answer.status)}`,
          );
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test("nobody gets in without a token that works", async () => {
    const wrong: string[] = [];
    const { tokens, wrongTokens } = planted;
    const attempts: Record<string, Record<string, string>> = {
      "no token": {},
      "an empty one": { authorization: "" },
      "no Bearer": { authorization: tokens.admin },
      "another scheme": { authorization: `Basic ${Buffer.from(`ada:${tokens.admin}`).toString("base64")}` },
      "two of them": { authorization: `Bearer ${tokens.admin}, Bearer ${tokens.admin}` },
      "one in a cookie": { cookie: `authorization=Bearer ${tokens.admin}` },
      ...Object.fromEntries(
        Object.entries(wrongTokens).map(([why, token]) => [why, { authorization: `Bearer ${token}` }]),
      ),
    };
    // Each address is listened to 300 times in a minute without a token, so not everything is tried everywhere.
    const all = operations.flatMap((operation) =>
      Object.entries(attempts).map(([why, headers]) => ({ operation, why, headers })),
    );
    const every = Math.ceil(all.length / 250);
    for (const [index, { operation, why, headers }] of all.entries()) {
      if (index % every !== 0 && why !== "no token") continue;
      const answer = await ask(operation, headers);
      const faults = faultsOf({ document: planted.document, operation, secrets: planted.secrets }, answer);
      if (answer.status === 429) continue;
      if (answer.status !== 401) wrong.push(`${operation.name} with ${why}: ${String(answer.status)}`);
      wrong.push(...faults.map((fault) => `${operation.name} with ${why}: ${fault}`));
    }
    expect(wrong).toEqual([]);
  });

  test("a token for another environment changes nothing in this one", async () => {
    const wrong: string[] = [];
    for (const operation of operations) {
      if (operation.method === "GET" || !operation.path.includes("{environment}")) continue;
      const answer = await ask(operation, { authorization: `Bearer ${planted.tokens.elsewhere}` });
      if (answer.status !== 403) wrong.push(`${operation.name}: ${String(answer.status)}`);
    }
    expect(wrong).toEqual([]);
  });
});

test("whatever is sent, nothing breaks and no secret comes out", async () => {
  const { faults, statuses, madeSecrets } = await attack(planted, { count, seed, known });
  expect(faults.join("\n\n")).toBe("");
  // Were everything refused at the door, nothing would have been tried.
  for (const status of [200, 201, 400, 403, 404]) expect([...statuses.keys()]).toContain(status);
  const left = await secretsLeftBehind(planted.control, {
    secrets: [...planted.secrets, ...madeSecrets],
    output: planted.server.output(),
  });
  expect(left).toEqual([]);
  const audit = await fetch(`${planted.server.address}/api/v1/audit/verification`, {
    headers: { authorization: `Bearer ${planted.server.token}` },
  });
  expect(await audit.json()).toMatchObject({ intact: true });
});

test("too many requests without a token are answered 429, and those with one go on", async () => {
  const [operation] = operations;
  if (operation === undefined) throw new Error("there are operations");
  // The minute that is counted in may end at any moment, and the next one begins with nothing.
  let refused = await ask(operation, {});
  for (let request = 0; request < 2_000 && refused.status === 401; request++)
    refused = await ask(operation, {});
  expect(refused.status).toBe(429);
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  expect(faultsOf({ document: planted.document, operation, secrets: planted.secrets }, refused)).toEqual([]);
  const welcome = await ask(operation, { authorization: `Bearer ${planted.tokens.viewer}` });
  expect([401, 429]).not.toContain(welcome.status);
});
