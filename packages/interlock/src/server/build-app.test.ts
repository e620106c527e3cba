import { once } from "node:events";
import { connect, type AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { scopes, scopesOfRole } from "../api/access.ts";
import { nameSchema } from "../api/names.ts";
import { problemSchema } from "../api/problem.ts";
import { Failure } from "../std/failure.ts";
import { buildApp, type AppOptions } from "./build-app.ts";
import { makeJsonLog } from "./json-log.ts";
import { route } from "./route.ts";

const planted = "planted-secret-value";

const routes = [
  route({
    method: "POST",
    path: "/environments/:environment/things",
    summary: "Makes a thing.",
    scope: "rule:write",
    status: 201,
    params: z.object({ environment: nameSchema }),
    query: z.object({ limit: z.coerce.number().int().max(10).optional() }),
    body: z.object({
      name: z.string().max(20),
      settings: z.object({ most: z.number() }).optional(),
      how: z
        .discriminatedUnion("kind", [
          z.object({ kind: z.literal("a") }),
          z.object({ kind: z.literal("b"), b: z.number() }),
        ])
        .optional(),
      list: z.array(z.object({ one: z.string() })).optional(),
      free: z.looseObject({ known: z.string() }).optional(),
    }),
    answer: z.object({ name: z.string() }),
    handle: async ({ body }) => ({ name: body.name }),
  }),
  route({
    method: "GET",
    path: "/failing/:how",
    summary: "Fails.",
    scope: "read",
    status: 200,
    params: z.object({ how: z.string() }),
    answer: z.object({ name: z.string() }),
    handle: async ({ params: { how } }) => {
      if (how === "failure") throw new Failure({ code: "not-found", message: "No.", next: "Look." });
      if (how === "answer") return { name: 1 as unknown as string };
      const sqlstates: Record<string, string> = {
        input: "22P02",
        range: "22003",
        race: "23505",
        syntax: "42601",
      };
      const code = sqlstates[how];
      throw Object.assign(
        new Error(`secret postgres://u:${planted}@h/d`),
        code === undefined ? {} : { code, severity: "ERROR" },
      );
    },
  }),
  route({
    method: "GET",
    path: "/mine",
    summary: "Any token.",
    scope: null,
    status: 200,
    answer: z.object({ owner: z.string() }),
    handle: async ({ caller }) => ({ owner: caller.owner }),
  }),
];

let app: FastifyInstance;
let lines: string[] = [];

async function build(options: Partial<AppOptions> = {}): Promise<FastifyInstance> {
  lines = [];
  return buildApp({
    routes,
    log: makeJsonLog((line) => lines.push(line)),
    authenticate: async (authorization) => {
      const [, role = "", environments] = /^Test (\w+)(?::(\S+))?$/.exec(authorization ?? "") ?? [];
      if (role !== "admin" && role !== "viewer" && role !== "nothing") {
        throw new Failure({ code: "unauthenticated", message: "No token." });
      }
      return {
        owner: "ada",
        token: `tok_${role}`,
        role: "admin",
        scopes: new Set(role === "admin" ? scopes : role === "viewer" ? scopesOfRole.viewer : []),
        environments: environments?.split(",") ?? null,
      };
    },
    ...options,
  });
}

beforeEach(async () => {
  app = await build();
  return async () => {
    await app.close();
  };
});

const path = "/api/v1/environments/production/things";
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "HEAD";

async function send(
  payload: string | Buffer | undefined,
  {
    url = path,
    as = "admin",
    headers = {},
    method = "POST",
  }: { url?: string; as?: string; headers?: Record<string, string>; method?: Method } = {},
) {
  const answer = await app.inject({
    method,
    url,
    headers: {
      authorization: `Test ${as}`,
      ...(payload === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.body };
}

function problem(body: string) {
  return problemSchema.parse(JSON.parse(body));
}

describe("a request that can't be taken", () => {
  const deep = `${'{"name":'.repeat(3_000)}1${"}".repeat(3_000)}`;
  const refused: [string, number, string, () => ReturnType<typeof send>][] = [
    ["malformed JSON", 400, "json-not-valid", () => send(`{"name": "${planted}`)],
    ["no JSON at all", 400, "json-not-valid", () => send("")],
    [
      "another content type",
      415,
      "content-type-not-supported",
      () => send("name=x", { headers: { "content-type": "text/plain" } }),
    ],
    [
      "a weird content type",
      415,
      "content-type-not-supported",
      () => send("{}", { headers: { "content-type": "\u00e9;;;=" } }),
    ],
    ["__proto__", 400, "json-not-valid", () => send('{"name":"x","__proto__":{"admin":true}}')],
    [
      "constructor.prototype",
      400,
      "json-not-valid",
      () => send('{"name":"x","constructor":{"prototype":{"admin":true}}}'),
    ],
    ["too much", 413, "too-large", () => send(`{"name":"${"x".repeat(5 * 1024 * 1024)}"}`)],
    ["a number where an object belongs", 400, "input-not-valid", () => send("1")],
    ["null", 400, "input-not-valid", () => send("null")],
    ["an unknown member", 400, "input-not-valid", () => send('{"name":"x","nmae":"y"}')],
    [
      "an unknown member further in",
      400,
      "input-not-valid",
      () => send('{"name":"x","settings":{"most":1,"mots":2}}'),
    ],
    [
      "an unknown member of one kind",
      400,
      "input-not-valid",
      () => send('{"name":"x","how":{"kind":"a","b":2}}'),
    ],
    [
      "an unknown member in a list",
      400,
      "input-not-valid",
      () => send('{"name":"x","list":[{"one":"1","two":"2"}]}'),
    ],
    ["U+0000", 400, "input-not-valid", () => send(String.raw`{"name":"a\u0000b"}`)],
    [
      "U+0000 in a member's name",
      400,
      "input-not-valid",
      () => send(String.raw`{"name":"a","free":{"known":"x","\u0000":1}}`),
    ],
    ["half a surrogate pair", 400, "input-not-valid", () => send(String.raw`{"name":"\ud800"}`)],
    ["nesting without end", 400, "input-not-valid", () => send(deep)],
    [
      "a wrong name in the path",
      400,
      "input-not-valid",
      () => send('{"name":"x"}', { url: "/api/v1/environments/UPPER/things" }),
    ],
    [
      "U+0000 in the path",
      400,
      "input-not-valid",
      () => send('{"name":"x"}', { url: "/api/v1/environments/a%00/things" }),
    ],
    [
      "bad percent-encoding",
      400,
      "address-not-valid",
      () => send('{"name":"x"}', { url: "/api/v1/environments/%E0%A4%A/things" }),
    ],
    [
      "an unknown query parameter",
      400,
      "input-not-valid",
      () => send('{"name":"x"}', { url: `${path}?offset=1` }),
    ],
    [
      "a query parameter that is wrong",
      400,
      "input-not-valid",
      () => send('{"name":"x"}', { url: `${path}?limit=11` }),
    ],
    [
      "a query parameter twice",
      400,
      "input-not-valid",
      () => send('{"name":"x"}', { url: `${path}?limit=1&limit=2` }),
    ],
    [
      "a query where none is taken",
      400,
      "input-not-valid",
      () => send(undefined, { method: "GET", url: "/api/v1/mine?x=1" }),
    ],
    ["a method that is not there", 404, "not-found", () => send(undefined, { method: "DELETE" })],
    [
      "an address that is not there",
      404,
      "not-found",
      () => send(undefined, { url: "/api/v1/nothing", method: "GET" }),
    ],
    ["an address outside", 404, "not-found", () => send(undefined, { url: "/etc/passwd", method: "GET" })],
    [
      "a very long address",
      414,
      "request-not-valid",
      () => send(undefined, { url: `/api/v1/failing/${"x".repeat(5_000)}`, method: "GET" }),
    ],
    ["nobody", 401, "unauthenticated", () => send('{"name":"x"}', { as: "nobody" })],
    ["nobody, with a body that is no JSON", 401, "unauthenticated", () => send("{", { as: "nobody" })],
    ["a token without the scope", 403, "forbidden", () => send('{"name":"x"}', { as: "viewer" })],
    [
      "a token for another environment",
      403,
      "forbidden",
      () => send('{"name":"x"}', { as: "admin:staging" }),
    ],
  ];
  test.each(refused)("%s", async (_, status, code, ask) => {
    const answer = await ask();
    expect({ status: answer.status, code: problem(answer.body).code }).toEqual({ status, code });
    expect(answer.body).not.toContain(planted);
    expect(answer.headers["x-request-id"]).toMatch(/^req_/);
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
  });

  test("names the wrong fields and never what was in them", async () => {
    const answer = await send(
      `{"name":"${planted.repeat(3)}","settings":{"most":"${planted}"},"nmae":"${planted}"}`,
    );
    expect(problem(answer.body).fields).toEqual({
      name: expect.stringContaining("20") as unknown,
      "settings.most": expect.stringContaining("number") as unknown,
      nmae: "is not known here",
    });
    expect(answer.body).not.toContain(planted);
  });

  test("a body is taken where everything in it is known, and loose objects stay loose", async () => {
    const answer = await send(
      '{"name":"x","settings":{"most":1},"how":{"kind":"b","b":2},"free":{"known":"x","more":1}}',
      {
        url: `${path}?limit=5`,
      },
    );
    expect(answer).toMatchObject({ status: 201, body: '{"name":"x"}' });
  });

  test("a route without a scope is for every token, and for nobody without one", async () => {
    expect(await send(undefined, { method: "GET", url: "/api/v1/mine", as: "nothing" })).toMatchObject({
      status: 200,
    });
    expect(await send(undefined, { method: "GET", url: "/api/v1/mine", as: "nobody" })).toMatchObject({
      status: 401,
    });
  });
});

describe("what a route throws", () => {
  const thrown: [string, number, string][] = [
    ["failure", 404, "not-found"],
    ["input", 400, "input-not-valid"],
    ["range", 400, "input-not-valid"],
    ["race", 409, "conflict"],
    ["syntax", 500, "internal"],
    ["anything", 500, "internal"],
    ["answer", 500, "internal"],
  ];
  test.each(thrown)("%s is %i %s", async (how, status, code) => {
    const answer = await send(undefined, { method: "GET", url: `/api/v1/failing/${how}` });
    expect({ status: answer.status, code: problem(answer.body).code }).toEqual({ status, code });
    expect(answer.body).not.toContain(planted);
    expect(lines.join("")).not.toContain(planted);
    const faults = lines.filter((line) => line.includes('"level":"error"'));
    expect(faults).toHaveLength(status === 500 ? 1 : 0);
    for (const line of faults) expect(line).toContain(String(answer.headers["x-request-id"]));
  });
});

async function raw(text: string): Promise<string> {
  if (!app.server.listening) await app.listen({ port: 0, host: "127.0.0.1" });
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("utf8").on("data", (part: string) => (answer += part));
  socket.end(text);
  await once(socket, "close");
  return answer;
}

describe("what no HTTP parser takes", () => {
  test.each([
    ["an unknown method", "FOO / HTTP/1.1\r\nhost: x\r\n\r\n", "400"],
    ["no HTTP", "hello\r\n\r\n", "400"],
    ["two lengths", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx", "400"],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
    ["huge headers", `GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(100_000)}\r\n\r\n`, "431"],
  ])("%s", async (_, text, status) => {
    const answer = await raw(text);
    expect(answer.split("\r\n")[0]).toContain(` ${status} `);
    expect(problem(answer.slice(answer.indexOf("{")))).toHaveProperty("code");
  });
});

const read = async (as: string) => send(undefined, { method: "GET", url: "/api/v1/mine", as });
const change = async () => send('{"name":"x"}');

describe("rate limits", () => {
  test("count reading and changing apart, per token, and say when to come back", async () => {
    await app.close();
    app = await build({ limits: { reads: 3, mutations: 2, unauthenticated: 2 } });
    expect([(await change()).status, (await change()).status]).toEqual([201, 201]);
    const refused = await change();
    expect(refused.status).toBe(429);
    expect(problem(refused.body).code).toBe("too-many-requests");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect([(await read("admin")).status, (await read("viewer")).status]).toEqual([200, 200]);
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await read("nobody")).status);
    expect(statuses).toEqual([401, 401, 429, 429]);
    // Others' failures never lock out a token that works.
    expect((await read("viewer")).status).toBe(200);
    expect([(await read("viewer")).status, (await read("viewer")).status]).toEqual([200, 429]);
  });
});

describe("the OpenAPI document", () => {
  test("describes every route, its problems, its scope and its token", async () => {
    const answer = await app.inject({ url: "/api/v1/openapi.json" });
    const document: {
      openapi: string;
      paths: Record<string, Record<string, Record<string, unknown>>>;
      components: { securitySchemes: object };
    } = answer.json();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths).toSorted()).toEqual([
      "/api/v1/environments/{environment}/things",
      "/api/v1/failing/{how}",
      "/api/v1/mine",
    ]);
    const make = document.paths["/api/v1/environments/{environment}/things"]?.["post"];
    expect(make).toMatchObject({
      operationId: "postEnvironmentsThings",
      description: expect.stringContaining("`rule:write`") as unknown,
      security: [{ token: [] }],
      requestBody: {
        content: {
          "application/json": { schema: { type: "object", additionalProperties: false, required: ["name"] } },
        },
      },
    });
    expect(make?.["responses"]).toHaveProperty("default");
    expect(make?.["responses"]).toHaveProperty("201");
    expect(document.components.securitySchemes).toHaveProperty("token");
    expect(answer.body).not.toContain('"$ref":"#/__shared');
  });

  test("has a page that runs nothing but its own scripts", async () => {
    const page = await app.inject({ url: "/api/v1/docs/" });
    expect(page.statusCode).toBe(200);
    const policy = String(page.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(page.body).not.toMatch(/<script(?![^>]*src=)/);
    expect(page.body).not.toMatch(/(src|href)="https?:/);
  });
});

test("a line for every answer, without addresses, tokens or bodies", async () => {
  await send(`{"name":"${planted}"}`, { url: `${path}?limit=5` });
  const line = lines.find((each) => each.includes('"answered"')) ?? "";
  expect(JSON.parse(line)).toMatchObject({
    method: "POST",
    route: "/api/v1/environments/:environment/things",
    status: 201,
    owner: "ada",
  });
  expect(line).not.toContain(planted);
  expect(line).not.toContain("limit=5");
});
