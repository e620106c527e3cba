import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";
import { resolve, type OpenApi, type Schema } from "./document.ts";

/** Things that are there: names and ids that requests are likelier to get far with. By the name of the member. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

/** Values that fit a schema, or nearly: patterns and limits are kept to, what they can't say is not. */
export function plausible(
  document: OpenApi,
  schema: Schema,
  { known = {}, name = "", depth = 0 }: { known?: Known; name?: string; depth?: number } = {},
): Arbitrary<unknown> {
  const made = ofSchema(document, resolve(document, schema), { known, name, depth });
  // Ids have a pattern that begins with their kind: `^rel_`.
  const kind = /^\^([a-z]{2,4}_)\[/.exec(resolve(document, schema).pattern ?? "")?.[1];
  const there = known[kind ?? name];
  if (there === undefined || there.length === 0) return made;
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...there) }, { weight: 1, arbitrary: made });
}

type Place = { known: Known; name: string; depth: number };

function ofSchema(document: OpenApi, schema: Schema, place: Place): Arbitrary<unknown> {
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined && schema.enum.length > 0) return fc.constantFrom(...schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined && choices.length > 0) {
    return fc.oneof(...choices.map((each) => plausible(document, each, place)));
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "string":
      return text(schema);
    case "integer":
    case "number":
      return number(schema, type);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return list(document, schema, place);
    case "object":
      return object(document, schema, place);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function text({ pattern, format, minLength = 0, maxLength = 40 }: Schema): Arbitrary<string> {
  if (format === "date-time") {
    return fc
      .date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (pattern !== undefined) {
    const whole = new RegExp(pattern, "u");
    // What may not follow can't be generated from, only held against.
    const bare = new RegExp(pattern.replaceAll(/\(\?[!=][^()]*\)/g, ""), "u");
    return fc.stringMatching(bare).filter((each) => each.length <= 100 && whole.test(each));
  }
  return fc.string({ unit: "grapheme", minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) });
}

function number(schema: Schema, type: "integer" | "number"): Arbitrary<number> {
  const { minimum = -1_000, maximum = 1_000_000, exclusiveMinimum, exclusiveMaximum } = schema;
  const min = Math.ceil(exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1);
  const max = Math.floor(exclusiveMaximum === undefined ? maximum : exclusiveMaximum - 1);
  const bounds = { min: Math.max(min, -(2 ** 31)), max: Math.min(Math.max(min, max), 2 ** 31 - 1) };
  return type === "integer" ? fc.integer(bounds) : fc.double({ ...bounds, noNaN: true });
}

function list(document: OpenApi, schema: Schema, place: Place): Arbitrary<unknown[]> {
  const minLength = schema.minItems ?? 0;
  if (place.depth > 4 && minLength === 0) return fc.constant([]);
  return fc.array(plausible(document, schema.items ?? {}, { ...place, depth: place.depth + 1 }), {
    minLength,
    maxLength: Math.max(minLength, Math.min(schema.maxItems ?? 3, 3)),
  });
}

function object(document: OpenApi, schema: Schema, place: Place): Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties: others } = schema;
  const members = Object.entries(properties)
    .filter(([name]) => required.includes(name) || place.depth <= 4)
    .map(
      ([name, each]) =>
        [name, plausible(document, each, { ...place, name, depth: place.depth + 1 })] as const,
    );
  const own = fc.record(Object.fromEntries(members), {
    requiredKeys: required.filter((name) => Object.hasOwn(properties, name)),
  });
  if (typeof others !== "object" || place.depth > 4) return own;
  const more = fc.dictionary(
    fc.string({ maxLength: 10 }),
    plausible(document, others, { ...place, depth: place.depth + 1 }),
    {
      maxKeys: 3,
    },
  );
  return fc.tuple(own, more).map(([first, second]) => ({ ...second, ...first }));
}

/** Text that has broken something somewhere before. */
export const hostileTexts: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\uD800",
  "x\uDFFFy",
  "\u202Egnp.exe",
  "\n\r\nSet-Cookie: a=b",
  "../../../../etc/passwd",
  "/etc/passwd",
  String.raw`..\..\windows`,
  "%00",
  "%2e%2e%2f",
  "'; drop schema interlock_control cascade; --",
  "' or '1'='1",
  "1); select pg_sleep(10); --",
  "$1::text",
  "{{7*7}}${7*7}",
  "<script>alert(1)</script>",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "null",
  "NaN",
  "-1",
  "9223372036854775808",
  "1e309",
  "true",
  "payments@2.3.0@1",
  "chg_0000000000000000",
  "é".repeat(63),
  "a".repeat(5_000),
  "漢".repeat(20_000),
  "*".repeat(200),
  "2024-02-30T25:61:61Z",
  "+275760-09-13T00:00:00.000Z",
  "-000001-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "FREQ=SECONDLY;COUNT=99999999",
  "file:///etc/passwd",
  "http://169.254.169.254/latest/meta-data",
];

/** Any value, but none that was meant. */
export const hostile: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...hostileTexts),
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -0,
    -1,
    0.1,
    2 ** 31,
    2 ** 53,
    1e308,
    5e-324,
    [],
    {},
    [[]],
    [null],
    { length: -1 },
    Array.from({ length: 1_000 }, (_, index) => index),
  ),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.jsonValue({ maxDepth: 3 }),
);
