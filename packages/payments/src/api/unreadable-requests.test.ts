import { connect } from "node:net";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approvedCard, differences, makePaid, startPlatform, type Platform } from "../testing/platform.ts";
import { endpoints } from "./endpoints/all.ts";

/** What a client makes of an answer: its status, and whether it is an error object, another one, or empty. */
function outcome({ status, text }: { status: number; text: string }): {
  status: number;
  is: "error" | "object" | "empty";
} {
  if (text === "") return { status, is: "empty" };
  const { object, message } = JSON.parse(text) as { object?: unknown; message?: unknown };
  return { status, is: object === "error" && typeof message === "string" ? "error" : "object" };
}

function twice(first: number, last: number): string {
  return `{"amount":${String(first)},"amount":${String(last)},"currency":"EUR"}`;
}

/** An object with the members of a schema, now and then with a value that fits it. */
function almostValid(schema: object | undefined, valueOf: (name: string) => unknown): unknown {
  const { properties = {} } = (schema ?? {}) as { properties?: Record<string, unknown> };
  const fitting: Record<string, unknown> = {
    ...approvedCard,
    amount: 1_000,
    currency: "EUR",
    metadata: { a: 1 },
  };
  return Object.fromEntries(
    Object.keys(properties).flatMap((name) => {
      const drawn = valueOf(name);
      if (drawn === null) return [];
      return [[name, typeof drawn === "string" && name in fitting ? fitting[name] : drawn]];
    }),
  );
}

describe("whatever is sent to the API", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.3.0", migrated: true });
  });
  afterAll(async () => platform.stop());

  interface Sent {
    path: string;
    method?: string;
    body?: string;
    headers?: Record<string, string>;
    key?: string | null;
  }
  const send = async ({
    path,
    method = "POST",
    body,
    headers = {},
    key = platform.access.keys[0] ?? null,
  }: Sent) => {
    const answer = await fetch(`${platform.api.url}${path}`, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const payments = "/v1/payments";
  test.each([
    ["half an object", '{"amount": 1000', 400],
    ["nothing", "", 400],
    ["no JSON", "amount=1000", 400],
    ["null", "null", 400],
    ["a list", "[]", 400],
    ["a number", "7", 400],
    ["a text", '"pay"', 400],
    ["NaN", '{"amount": NaN, "currency": "EUR"}', 400],
    ["a number beyond all numbers", '{"amount": 1e999, "currency": "EUR"}', 400],
    ["two roots", '{"amount":1000,"currency":"EUR"}{}', 400],
    ["a byte order mark and nothing else", "\ufeff", 400],
    ["a prototype", '{"amount":1000,"currency":"EUR","__proto__":{"is_paid":true}}', 400],
    ["a prototype in metadata", '{"amount":1000,"currency":"EUR","metadata":{"__proto__":{"x":1}}}', 400],
    [
      "a constructor's prototype",
      '{"amount":1000,"currency":"EUR","constructor":{"prototype":{"x":1}}}',
      400,
    ],
    ["100,000 brackets", "[".repeat(30_000) + "]".repeat(30_000), 400],
    ["deep objects", '{"metadata":'.repeat(5_000) + "1" + "}".repeat(5_000), 400],
    [
      "too many metadata",
      JSON.stringify({
        amount: 1_000,
        currency: "EUR",
        metadata: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [n, n])),
      }),
      400,
    ],
    ["10 MB", JSON.stringify({ amount: 1_000, currency: "EUR", description: "x".repeat(10_000_000) }), 413],
  ])("%s is refused", async (_what, body, status) => {
    expect(outcome(await send({ path: payments, body }))).toEqual({ status, is: "error" });
  });

  test("10 MB are refused however they come, and so are the next requests as if nothing had been", async () => {
    const body = JSON.stringify({ amount: 1_000, currency: "EUR", description: "x".repeat(10_000_000) });
    for (let round = 0; round < 5; round++) {
      expect(outcome(await send({ path: payments, body }))).toEqual({ status: 413, is: "error" });
      expect(outcome(await send({ path: payments, body: "{}" }))).toEqual({ status: 400, is: "error" });
    }
  });

  test("the same member twice: the last one counts, and it is checked", async () => {
    expect(outcome(await send({ path: payments, body: twice(1_000, 1) }))).toEqual({
      status: 400,
      is: "error",
    });
    const made = await send({ path: payments, body: twice(1, 1_000) });
    expect([made.status, (JSON.parse(made.text) as { amount: number }).amount]).toEqual([201, 1_000]);
  });

  test("nothing leaks into what others send afterwards", async () => {
    const body = JSON.stringify({
      amount: 1_000,
      currency: "EUR",
      metadata: { toString: "x", hasOwnProperty: 1 },
    });
    const made = await send({ path: payments, body });
    expect(JSON.parse(made.text)).toMatchObject({ metadata: { toString: "x", hasOwnProperty: 1 } });
    expect(
      JSON.parse((await send({ path: payments, body: '{"amount":1000,"currency":"EUR"}' })).text),
    ).toMatchObject({
      metadata: null,
      is_paid: false,
    });
  });

  test.each([
    ["no type", { "content-type": "" }],
    ["a text", { "content-type": "text/plain" }],
    ["XML", { "content-type": "application/xml" }],
    ["a file", { "content-type": "multipart/form-data; boundary=x" }],
    ["nonsense", { "content-type": "☃".codePointAt(0)?.toString() ?? "" }],
  ])("a body sent as %s is refused", async (_what, headers) => {
    const answer = await send({ path: payments, body: '{"amount":1000,"currency":"EUR"}', headers });
    expect(outcome(answer).is).toBe("error");
    expect([400, 415]).toContain(answer.status);
  });

  test.each([
    ["a page twice", "/v1/payments?page=1&page=2", 400],
    ["pages as a list", "/v1/payments?page[]=1", 200],
    ["no page", "/v1/payments?page=", 400],
    ["page -1", "/v1/payments?page=-1", 400],
    ["page 1.5", "/v1/payments?page=1.5", 400],
    ["page 0x10", "/v1/payments?page=0x10", 400],
    ["the last page but a few", "/v1/payments?page=10000", 200],
    ["a page beyond all pages", "/v1/payments?page=99999999999999999999", 400],
    ["0 per page", "/v1/payments?per_page=0", 400],
    ["101 per page", "/v1/payments?per_page=101", 400],
    ["a NUL", "/v1/payments?page=%00", 400],
    ["half an escape", "/v1/payments?page=%f", 400],
    ["a prototype", "/v1/payments?__proto__=1&constructor=2", 200],
    ["an id of 5,000", `/v1/payments/pay_${"x".repeat(5_000)}`, 404],
    ["an id with NUL", "/v1/payments/pay_%00", 404],
    ["an id with a quote", "/v1/payments/pay_'%20or%201=1", 404],
    ["an id that climbs", "/v1/payments/..%2f..%2fetc", 404],
    ["an id that is no UTF-8", "/v1/payments/%c3%28", 400],
    ["no id", "/v1/payments//refunds", 404],
    ["a refund of nothing", "/v1/payments/%20/refunds/%20", 404],
  ])("%s in an address", async (_what, path, status) => {
    expect(outcome(await send({ path, method: "GET" }))).toEqual({
      status,
      is: status < 400 ? "object" : "error",
    });
  });

  test.each([
    ["Basic c2s6", 401],
    ["Bearer", 401],
    ["Bearer sk_test_", 401],
    [`Bearer sk_test_${"x".repeat(4_000)}`, 401],
    ["Bearer sk_test_ä", 401],
    [`Bearer sk_test_${"x".repeat(20_000)}`, 431],
  ])("a key such as %.30s", async (authorization, status) => {
    const headers = { authorization: Buffer.from(authorization).toString("latin1") };
    expect(outcome(await send({ path: payments, method: "GET", headers, key: null }))).toEqual({
      status,
      is: "error",
    });
  });

  test.each([
    ["HEAD", payments, 200, "empty", null],
    ["OPTIONS", payments, 200, "object", "GET, POST"],
    ["PUT", payments, 405, "error", "GET, POST"],
    ["DELETE", payments, 405, "error", "GET, POST"],
    ["GET", "/v1/nothing", 404, "error", null],
    ["OPTIONS", "/v1/nothing", 404, "error", null],
  ])("%s %s", async (method, path, status, is, allow) => {
    const answer = await send({ path, method });
    expect(outcome(answer)).toEqual({ status, is });
    expect(answer.headers.get("allow")?.split(", ").toSorted().join(", ") ?? null).toBe(allow);
  });

  test.each([
    ["a method that nobody knows", "BREW /v1/payments HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["a method that we don't", "PROPFIND /v1/payments HTTP/1.1\r\nHost: a\r\n\r\n", 405],
    ["no HTTP", "hello\r\n\r\n", 400],
    [
      "two lengths",
      "POST /v1/payments HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
      400,
    ],
    [
      "a length and chunks",
      "POST /v1/payments HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    ["an address that can't be read", "GET /v1/payments/%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400],
  ])("%s", async (_what, request, status) => {
    const raw = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(platform.api.url).port), "127.0.0.1");
      let received = "";
      socket.setEncoding("utf8").on("data", (chunk: string) => {
        received += chunk;
        if (received.includes("}")) socket.destroy();
      });
      socket.on("close", () => resolve(received)).on("error", reject);
      socket.write(request);
    });
    const answer = { status: Number(raw.split(" ")[1]), text: raw.slice(raw.indexOf("{")) };
    expect(outcome(answer)).toEqual({ status, is: "error" });
  });

  test("any JSON at any endpoint: no 5xx, and JSON that says what is wrong", async () => {
    const paid = await makePaid(platform, 5_000);
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: "binary" }),
      fc.constantFrom<unknown>(99, 2_000_000, -1, 0.5, 1e300, "", "\u0000", "\ud800", null, true, [], {}),
    );
    const identifier = fc.oneof(
      fc.constantFrom(
        paid,
        "pay_none",
        "cus_none",
        "card_none",
        "inst_none",
        "ar_none",
        "re_none",
        "%00",
        "-1",
        "__proto__",
      ),
      fc.string().map((text) => encodeURIComponent(text.toWellFormed()) || "x"),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...endpoints),
        fc.array(identifier, { minLength: 4, maxLength: 4 }),
        fc.func(anything),
        fc.option(anything),
        async (endpoint, identifiers, valueOf, instead) => {
          const places = [...identifiers];
          const path = endpoint.path.replaceAll(/:\w+/g, () => places.pop() ?? "x");
          const body = instead ?? almostValid(endpoint.body, valueOf);
          const sendsBody = endpoint.method === "POST" || endpoint.method === "PATCH";
          const answer = await send({
            path,
            method: endpoint.method,
            headers: { accept: "application/json" },
            ...(sendsBody ? { body: JSON.stringify(body) } : {}),
          });
          expect(answer.status, `${endpoint.method} ${path} ${JSON.stringify(body)}`).toBeLessThan(500);
          // What can be downloaded is no JSON, and there is none to be found here.
          expect(outcome(answer).is).toBe(answer.status < 400 ? "object" : "error");
        },
      ),
      { numRuns: Number(process.env["FUZZ_RUNS"] ?? 400) },
    );
    expect(await differences(platform.sql)).toEqual([]);
  });
});
