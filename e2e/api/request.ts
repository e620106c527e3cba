import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";
import type { OpenApi, Operation } from "./document.ts";
import { hostile, hostileTexts, plausible, type Known } from "./values.ts";

/** A request as it goes over the wire. */
export interface WireRequest {
  method: string;
  /** With the query, as it stands in the first line. */
  target: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

/** Requests for an operation: some as they should be, most with something wrong. The token is added by the sender. */
export function requestsFor(document: OpenApi, operation: Operation, known: Known): Arbitrary<WireRequest> {
  const good = { path: false, query: false, headers: false, body: false };
  const oddities = fc.oneof(
    { weight: 5, arbitrary: fc.constant(good) },
    { weight: 5, arbitrary: fc.constant({ ...good, body: true }) },
    { weight: 1, arbitrary: fc.constant({ ...good, path: true }) },
    { weight: 1, arbitrary: fc.constant({ ...good, query: true }) },
    { weight: 1, arbitrary: fc.constant({ ...good, headers: true }) },
    { weight: 1, arbitrary: fc.constant({ path: true, query: true, headers: true, body: true }) },
  );
  return oddities.chain((isOdd) =>
    fc
      .tuple(
        pathOf(document, operation, { known, isOdd: isOdd.path }),
        queryOf(document, operation, { known, isOdd: isOdd.query }),
        bodyOf(document, operation, { known, isOdd: isOdd.body }),
        fc.constantFrom<Record<string, string>>(...(isOdd.headers ? oddHeaders : [{}])),
      )
      .map(([path, query, { body, type }, more]) => ({
        method: operation.method,
        target: `${path}${query}`,
        headers: { ...(type === undefined ? {} : { "content-type": type }), ...more },
        body,
      })),
  );
}

/** Whether something may be wrong with it, and what is known. */
type Way = { known: Known; isOdd: boolean };

const oddHeaders: readonly Record<string, string>[] = [
  { accept: "text/html" },
  { accept: "*/*;q=banana" },
  { "x-request-id": "<script>\t".repeat(20) },
  { "x-forwarded-for": "127.0.0.1, ::1, %00" },
  { "x-http-method-override": "DELETE" },
  { origin: "https://evil.example", cookie: "session=../..; __proto__=1" },
  { "last-event-id": "-1" },
  { "last-event-id": "99999999999999999999" },
  { host: "evil.example:0" },
  { range: "bytes=0-" },
  { "if-none-match": "*", "if-match": '"x"' },
];

function pathOf(document: OpenApi, operation: Operation, { known, isOdd }: Way): Arbitrary<string> {
  const inPath = operation.parameters.filter((each) => each.in === "path");
  return fc
    .tuple(
      ...inPath.map(({ name, schema = {} }) => {
        const good = plausible(document, schema, { known, name }).map((value) => encode(String(value)));
        return isOdd ? fc.oneof(good, oddPart) : good;
      }),
    )
    .map((values) =>
      inPath.reduce(
        (soFar, { name }, index) => soFar.replace(`{${name}}`, () => values[index] ?? ""),
        operation.path,
      ),
    );
}

/** What can be sent in a path: anything that has no space or control character, encoded or not. */
const oddPart = fc.oneof(
  fc.constantFrom(...hostileTexts).map((text) => encode(text.slice(0, 3_000))),
  fc.constantFrom(
    "%",
    "%zz",
    "%ff",
    "%ed%a0%80",
    "%00",
    "..%2f..%2f",
    "%2e%2e",
    ";",
    "*",
    ":x",
    "__proto__",
    "//",
    "?",
    "a%2Fb",
  ),
);

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function queryOf(document: OpenApi, operation: Operation, { known, isOdd }: Way): Arbitrary<string> {
  const inQuery = operation.parameters.filter((each) => each.in === "query");
  const one = ({ name, schema = {}, required = false }: Operation["parameters"][number]) => {
    const good = plausible(document, schema, { known, name });
    const written = (isOdd ? fc.oneof(good, hostile) : good).map(
      (value) =>
        `${name}=${encode(typeof value === "string" ? value : JSON.stringify(value)).slice(0, 5_000)}`,
    );
    return required ? written : fc.option(written, { nil: "" });
  };
  const extra = isOdd ? fc.constantFrom("", ...oddQueries) : fc.constant("");
  return fc.tuple(fc.tuple(...inQuery.map(one)), extra).map(([parts, more]) => {
    const all = [...parts, more].filter((part) => part !== "");
    return all.length === 0 ? "" : `?${all.join("&")}`;
  });
}

const oddQueries = ["unknown=1", "__proto__[x]=1", "a&&&=", "limit=1&limit=2", "%=%", "after[]=1"];

type Sent = { body: Buffer | undefined; type: string | undefined };

function bodyOf(document: OpenApi, operation: Operation, { known, isOdd }: Way): Arbitrary<Sent> {
  const none: Sent = { body: undefined, type: undefined };
  if (operation.body === undefined) {
    if (!isOdd) return fc.constant(none);
    return fc.constantFrom<Sent>(
      { body: undefined, type: "application/json" },
      { body: Buffer.from("{}"), type: "application/json" },
      { body: Buffer.from("x=1"), type: "application/x-www-form-urlencoded" },
    );
  }
  const good = plausible(document, operation.body, { known, name: operation.name });
  if (!isOdd) return good.map(json);
  const spoilt = fc
    .tuple(good, fc.nat(), hostile, fc.nat(5))
    .map(([value, at, other, how]) => spoil(value, { at, other, how }));
  const strange = fc
    .tuple(good, fc.nat(), fc.nat(oddBodies.length - 1))
    .map(([value, at, which]) => odd(value, at, which));
  return fc.oneof(
    { weight: 6, arbitrary: spoilt.map(json) },
    { weight: 1, arbitrary: hostile.map(json) },
    { weight: 2, arbitrary: strange },
  );
}

function json(value: unknown): Sent {
  return { body: Buffer.from(JSON.stringify(value) ?? ""), type: "application/json" };
}

/** Makes one member wrong, somewhere inside. */
export function spoil(
  value: unknown,
  { at, other, how }: { at: number; other: unknown; how: number },
): unknown {
  if (typeof value !== "object" || value === null) return other;
  if (Array.isArray(value) && (how === 0 || value.length === 0)) return [...(value as unknown[]), other];
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...(value as unknown[])]
    : { ...value };
  const names = Object.keys(copy);
  const target = copy as Record<string, unknown>;
  const name = names[at % Math.max(1, names.length)];
  if (how === 0 || name === undefined) target[`unknown${String(at % 10)}`] = other;
  else if (how === 1) delete target[name];
  else if (how <= 3) target[name] = spoil(target[name], { at: Math.floor(at / 7), other, how });
  else target[name] = other;
  return copy;
}

/** Bodies that are no JSON, or JSON that JSON.stringify never writes. */
const oddBodies: readonly ((text: string, at: number) => Sent)[] = [
  (text, at) => ({
    body: Buffer.from(text.slice(0, at % Math.max(1, text.length))),
    type: "application/json",
  }),
  (text) => ({ body: Buffer.from(text), type: "text/plain" }),
  (text) => ({ body: Buffer.from(text), type: "application/xml" }),
  (text) => ({ body: Buffer.from(text), type: undefined }),
  (text) => ({ body: Buffer.from(text), type: "application/json; charset=utf-16" }),
  (text) => ({ body: Buffer.from(text), type: "application/json\u00FF" }),
  (text) => ({ body: Buffer.from(`\uFEFF${text}`), type: "application/json" }),
  (text) => ({
    body: Buffer.from(text.replace("{", '{"__proto__":{"polluted":true},')),
    type: "application/json",
  }),
  (text) => ({
    body: Buffer.from(text.replace("{", '{"constructor":{"prototype":{"polluted":true}},')),
    type: "application/json",
  }),
  (text) => ({ body: Buffer.from(text.replace(/^\{("[^"]+"):/, "{$1:0,$1:")), type: "application/json" }),
  (text) => ({ body: Buffer.from(text.replaceAll('"', "'")), type: "application/json" }),
  (text) => ({
    body: Buffer.concat([Buffer.from(text), Buffer.of(0xff, 0xfe, 0)]),
    type: "application/json",
  }),
  () => ({ body: Buffer.from("[".repeat(50_000)), type: "application/json" }),
  () => ({ body: Buffer.from(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`), type: "application/json" }),
  () => ({ body: Buffer.from("1e400"), type: "application/json" }),
  () => ({ body: Buffer.alloc(5 * 1024 * 1024, 0x20), type: "application/json" }),
  () => ({ body: Buffer.from("--x\r\n\r\n"), type: "multipart/form-data; boundary=x" }),
  () => ({ body: Buffer.alloc(0), type: "application/json" }),
];

function odd(value: unknown, at: number, which: number): Sent {
  const make = oddBodies[which];
  if (make === undefined) throw new Error("there is no such body");
  return make(JSON.stringify(value) ?? "", at);
}
