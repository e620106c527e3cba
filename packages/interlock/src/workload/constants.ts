import type { Node, ScanToken } from "libpg-query";
import { parseStatements, scanTokens } from "../sql/parse.ts";
import { child, isTree, text, type Tree } from "../sql/tree.ts";

/** A constant in a statement's text that could be data. Positions are in bytes of UTF-8. */
export interface Constant {
  start: number;
  end: number;
  /** What it stands for, as text. */
  value: string;
  /** Behind a parameter in its place, so that the expression keeps its type: "::integer"; "" for untyped text. */
  cast: string;
  isNumber: boolean;
}

/**
 * The constants of one statement, in the order of the text. Left out are those that are structure and not
 * data: positions in `order by 1` and `group by 1`, limits and offsets, lengths of types, true, false and
 * null. `node` is the tree of exactly this `sql`.
 */
export function findConstants(sql: string, node: Node): Constant[] {
  const bytes = Buffer.from(sql, "utf8");
  const tokens = scanTokens(sql);
  const tokenAt = new Map(tokens.map((token, index) => [token.start, index]));
  return [...constantsIn(node)]
    .flatMap((found) => locate(found, { bytes, tokens, tokenAt }) ?? [])
    .toSorted((left, right) => left.start - right.start);
}

interface FoundConstant {
  constant: Tree;
  /** Where its type's name begins, in `date '2024-12-17'`. */
  typeAt: number | undefined;
}

const structural = new Set(["limitCount", "limitOffset", "groupClause"]);

function* constantsIn(value: unknown, typeAt?: number): Generator<FoundConstant> {
  if (Array.isArray(value)) {
    for (const item of value) yield* constantsIn(item);
    return;
  }
  if (!isTree(value)) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === "typmods") continue;
    if (key === "A_Const" && isTree(member)) {
      if (member["isnull"] !== true && !("boolval" in member)) yield { constant: member, typeAt };
    } else if (structural.has(key)) {
      const items: unknown[] = Array.isArray(member) ? member : [member];
      yield* constantsIn(items.filter((item) => child(item, "A_Const") === undefined));
    } else if (key === "FuncCall" && isExtract(member)) {
      yield* constantsIn((member["args"] as unknown[]).slice(1));
    } else if (key === "SortBy" && child(child(member, "node"), "A_Const") !== undefined) {
      continue;
    } else {
      yield* constantsIn(member, key === "arg" ? prefixTypeAt(value) : undefined);
    }
  }
}

/** `extract(year from at)`: the field is part of the syntax, in quotes or not. */
function isExtract(call: unknown): call is Tree {
  if (!isTree(call) || call["funcformat"] !== "COERCE_SQL_SYNTAX" || !Array.isArray(call["args"]))
    return false;
  const names = call["funcname"];
  return Array.isArray(names) && text(child(names.at(-1), "String"), "sval") === "extract";
}

/** `date '2024-12-17'` is a cast without a place of its own, whose type stands before its constant. */
function prefixTypeAt(cast: Tree): number | undefined {
  const constantAt = child(child(cast, "arg"), "A_Const")?.["location"];
  const typeAt = child(cast, "typeName")?.["location"];
  if (cast["location"] !== -1 || typeof constantAt !== "number" || typeof typeAt !== "number")
    return undefined;
  return typeAt >= 0 && typeAt < constantAt ? typeAt : undefined;
}

interface Place {
  bytes: Buffer;
  tokens: readonly ScanToken[];
  tokenAt: ReadonlyMap<number, number>;
}

function locate({ constant, typeAt }: FoundConstant, place: Place): Constant | undefined {
  const at = constant["location"];
  const index = typeof at === "number" ? place.tokenAt.get(at) : undefined;
  const first = index === undefined ? undefined : place.tokens[index];
  if (first === undefined || index === undefined) return undefined;
  // The parser folds a sign into the number behind it.
  if (!writtenConstant.test(first.text)) return undefined;
  const signed = first.text === "-" || first.text === "+";
  const last = signed ? (place.tokens[index + 1] ?? first) : first;
  const type =
    typeAt === undefined ? undefined : place.bytes.subarray(typeAt, first.start).toString("utf8").trim();
  const start = typeAt ?? first.start;
  const { value, cast, isNumber } = meaning(constant);
  return { start, end: last.end, value, cast: type === undefined ? cast : `::${typeName(type)}`, isNumber };
}

/** A number, its sign, or a text in quotes or dollars. Words such as `current` in some syntaxes are none. */
const writtenConstant = /^(?:[-+.\d]|[a-z&]*'|\$)/i;

/** `n'…'` is a type name of one letter to the parser alone. */
function typeName(type: string): string {
  return /^n$/i.test(type) ? "bpchar" : type;
}

function meaning(constant: Tree): Pick<Constant, "value" | "cast" | "isNumber"> {
  const bits = text(constant["bsval"], "bsval");
  if (bits !== undefined) return { value: bits, cast: "::pg_catalog.bit", isNumber: false };
  const decimal = text(constant["fval"], "fval");
  if (decimal !== undefined) return { value: decimal, cast: decimalCast(decimal), isNumber: true };
  const string = child(constant, "sval");
  if (string !== undefined) return { value: text(string, "sval") ?? "", cast: "", isNumber: false };
  // The tree leaves a zero out.
  const whole = child(constant, "ival")?.["ival"] ?? 0;
  return { value: String(whole), cast: "::integer", isNumber: true };
}

/** A whole number too big for integer is a bigint constant as long as it fits, and numeric beyond. */
function decimalCast(decimal: string): string {
  if (!/^-?\d+$/.test(decimal)) return "::numeric";
  const value = BigInt(decimal);
  return BigInt.asIntN(64, value) === value ? "::bigint" : "::numeric";
}

export interface Rewriting {
  sql: string;
  constants: readonly Constant[];
  /** Whether this constant stays as it is. */
  keeps: (constant: Constant, index: number) => boolean;
  /** `parameter`: a parameter in its place. `neutral`: '' or 0, where no parameter can stand. */
  by: "parameter" | "neutral";
  /** The highest parameter that the statement has already; 0 for none. */
  highestParameter: number;
  /**
   * Equal constants become one parameter. `group by date_trunc('day', at)` needs it, since only equal
   * expressions match; elsewhere one text could be of two types.
   */
  shared: boolean;
}

export interface Rewritten {
  sql: string;
  /** The number of the parameter that each replaced constant became, by the constant's index. */
  parameters: ReadonlyMap<number, number>;
}

/** Takes constants out of a statement. Undefined where what is left does not parse any more. */
export function rewriteConstants(rewriting: Rewriting): Rewritten | undefined {
  const { sql, constants, keeps, by, highestParameter, shared } = rewriting;
  const bytes = Buffer.from(sql, "utf8");
  const parameters = new Map<number, number>();
  const numbers = new Map<string, number>();
  const parts: string[] = [];
  let next = highestParameter + 1;
  let at = 0;
  for (const [index, constant] of constants.entries()) {
    if (keeps(constant, index)) continue;
    parts.push(bytes.subarray(at, constant.start).toString("utf8"));
    at = constant.end;
    if (by === "neutral") {
      parts.push(neutral(constant));
      continue;
    }
    const key = `${constant.cast} ${constant.value}`;
    const number = (shared ? numbers.get(key) : undefined) ?? next;
    if (number === next) next += 1;
    numbers.set(key, number);
    parameters.set(index, number);
    parts.push(`$${String(number)}${constant.cast}`);
  }
  parts.push(bytes.subarray(at).toString("utf8"));
  const rewritten = parts.join("");
  return parses(rewritten) ? { sql: rewritten, parameters } : undefined;
}

/** What says nothing and is still a value of the constant's type, as far as its type is written there. */
function neutral({ isNumber, cast }: Constant): string {
  if (isNumber) return "0";
  const known = neutralOf.find(([type]) => type.test(cast));
  return `'${known?.[1] ?? ""}'${cast}`;
}

const neutralOf: readonly (readonly [RegExp, string])[] = [
  [/^::\s*(date|timestamp)/i, "2000-01-01"],
  [/^::\s*(interval|time|int|bigint|smallint|numeric|decimal|float|double|real|money|pg_catalog\.bit)/i, "0"],
  [/^::\s*bool/i, "false"],
  [/^::\s*jsonb?/i, "{}"],
  [/^::\s*uuid/i, "00000000-0000-0000-0000-000000000000"],
];

function parses(sql: string): boolean {
  try {
    return parseStatements(sql, "the statement").length === 1;
  } catch {
    return false;
  }
}
