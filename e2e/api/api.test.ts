import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operationsOf, type OpenApi, type Schema } from "./document.ts";
import { misfits } from "./fits-schema.ts";
import { faultsOf } from "./judge-answer.ts";
import { requestsFor, spoil } from "./request.ts";
import { plausible } from "./values.ts";

// What makes and judges the hostile requests is itself held against a document made by hand.

const document: OpenApi = {
  openapi: "3.1.0",
  paths: {
    "/api/v1/things/{thing}": {
      post: {
        description: "Makes one. Needs the scope `thing:write`.",
        parameters: [
          { name: "thing", in: "path", required: true, schema: { type: "string", pattern: "^[a-z]{1,5}$" } },
          { name: "limit", in: "query", schema: { type: "integer", minimum: 1, maximum: 9 } },
        ],
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } },
        responses: {
          201: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } },
        },
      },
    },
  },
  components: {
    schemas: {
      Thing: {
        type: "object",
        required: ["kind", "size"],
        additionalProperties: false,
        properties: {
          kind: { oneOf: [{ const: "a" }, { const: "b" }] },
          size: { type: "integer", minimum: 0, maximum: 10 },
          at: { type: ["string", "null"], format: "date-time" },
          tags: { type: "array", maxItems: 2, items: { type: "string", enum: ["x", "y"] } },
          more: { type: "object", additionalProperties: { type: "boolean" } },
          part: { anyOf: [{ type: "null" }, { $ref: "#/components/schemas/Thing" }] },
        },
      },
    },
  },
};
const [operation] = operationsOf(document);
if (operation === undefined) throw new Error("there is one operation");
const thing: Schema = { $ref: "#/components/schemas/Thing" };

test("an operation names its scope; one that does not is an error", () => {
  expect(operation).toMatchObject({ name: "POST /api/v1/things/{thing}", scope: "thing:write" });
  expect(() => operationsOf({ openapi: "3.1.0", paths: { "/x": { get: {} } } })).toThrow("GET /x");
});

test("what is made to fit fits", () => {
  fc.assert(
    fc.property(plausible(document, thing), (value) => {
      expect(misfits(document, thing, JSON.parse(JSON.stringify(value)))).toEqual([]);
    }),
  );
});

describe("what does not fit is found", () => {
  test.each([
    [{ kind: "c", size: 1 }, "$.kind"],
    [{ kind: "a" }, "$.size"],
    [{ kind: "a", size: 1.5 }, "$.size"],
    [{ kind: "a", size: 11 }, "$.size"],
    [{ kind: "a", size: 1, at: "yesterday" }, "$.at"],
    [{ kind: "a", size: 1, at: 3 }, "$.at"],
    [{ kind: "a", size: 1, tags: ["z"] }, "$.tags[0]"],
    [{ kind: "a", size: 1, tags: ["x", "x", "x"] }, "$.tags"],
    [{ kind: "a", size: 1, more: { a: 1 } }, "$.more.a"],
    [{ kind: "a", size: 1, other: 1 }, "$.other"],
    [{ kind: "a", size: 1, part: {} }, "$.part"],
    [null, "$"],
    [[], "$"],
  ])("%j", (value, path) => {
    expect(misfits(document, thing, value).join("\n")).toContain(`${path}:`);
  });
});

test("spoiling a value changes it, and not what it was made from", () => {
  fc.assert(
    fc.property(plausible(document, thing), fc.nat(), fc.nat(5), (value, at, how) => {
      const before = JSON.stringify(value);
      expect(JSON.stringify(spoil(value, { at, other: ["other"], how }))).not.toBe(before);
      expect(JSON.stringify(value)).toBe(before);
    }),
  );
});

test("requests have a target that can be sent", () => {
  fc.assert(
    fc.property(requestsFor(document, operation, { thing: ["known"] }), ({ target, method }) => {
      expect(method).toBe("POST");
      expect(target).toMatch(/^\/api\/v1\/things\/[\x21-\x7e]*$/);
    }),
  );
});

const headers = {
  "content-type": "application/json; charset=utf-8",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
};
const good = { status: 201, headers, body: '{"kind":"a","size":1}' };
const refused = { status: 400, headers, body: '{"code":"input-not-valid","message":"No."}' };

describe("an answer is judged", () => {
  const judge = (answer: typeof good) =>
    faultsOf({ document, operation, secrets: ["planted"] }, answer).join("\n");
  test("a good one has no faults", () => {
    expect(judge(good)).toBe("");
    expect(judge(refused)).toBe("");
  });
  test.each([
    ["a failure of ours", { ...refused, status: 500 }, "it is a 500"],
    ["a problem that says so", { ...refused, body: '{"code":"internal","message":"x"}' }, "our own fault"],
    ["a status that is not described", { ...good, status: 200 }, "not described"],
    ["an answer that does not fit", { ...good, body: '{"kind":"a"}' }, "$.size"],
    ["a problem that is none", { ...refused, body: '{"error":"x"}' }, "$.code"],
    ["a code that is no code", { ...refused, body: '{"code":"FST_ERR","message":"x"}' }, "$.code"],
    ["no JSON", { ...refused, body: "<html>" }, "no JSON"],
    ["a secret in the body", { ...good, body: '{"kind":"a","size":1,"x":"planted"}' }, "secret"],
    [
      "a secret in a header",
      { ...good, headers: { ...headers, location: "/planted" } as typeof headers },
      "secret",
    ],
    ["a missing header", { ...good, headers: { ...headers, "x-frame-options": "" } }, "x-frame-options"],
    ["a stack", { ...refused, body: '{"code":"x","message":"at f (/a/b.ts:3:1)"}' }, "where in the code"],
    ["429 without a time", { ...refused, status: 429 }, "when to retry"],
  ])("%s", (_, answer, fault) => {
    expect(judge(answer)).toContain(fault);
  });
});
