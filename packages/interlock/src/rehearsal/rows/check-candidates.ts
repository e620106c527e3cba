import { parseStatements } from "../../sql/parse.ts";
import { isTree, text, child } from "../../sql/tree.ts";
import { textMatching } from "./regular-expression.ts";
import { textOfLength } from "./type-value.ts";

/**
 * Values that a condition speaks of, for whatever column: its string constants, texts that its regular
 * expressions match, its numbers and their neighbours, texts of the lengths it asks for. Which of them hold
 * is for PostgreSQL to say.
 */
export function candidatesIn(expression: string): string[] {
  const found = new Set<string>();
  let node: unknown;
  try {
    node = parseStatements(`select ${expression}`, "a condition")[0]?.node;
  } catch {
    // PostgreSQL printed it, but a newer one than the parser's may print what the parser can't read.
    return [];
  }
  collect(node, found);
  return [...found].slice(0, 80);
}

const lengthFunctions = new Set(["length", "char_length", "character_length", "octet_length", "bit_length"]);
const samples = 10;

function collect(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, found);
    return;
  }
  if (!isTree(node)) return;
  const constant = child(node, "A_Const");
  if (constant !== undefined) addConstant(constant, found);
  const comparison = child(node, "A_Expr");
  if (comparison !== undefined) addComparison(comparison, found);
  for (const member of Object.values(node)) collect(member, found);
}

function addConstant(constant: unknown, found: Set<string>): void {
  const string = text(child(constant, "sval"), "sval");
  if (string !== undefined) {
    found.add(string);
    // A prefix, as in starts_with(id, 'pay_').
    if (string.length <= 30 && /\W$|_$/.test(string)) {
      for (let seed = 0; seed < samples; seed += 1) found.add(`${string}${textOfLength(8, seed)}`);
    }
  }
  const number = numberOf(constant);
  if (number !== undefined) for (const near of [number, number + 1, number - 1]) found.add(String(near));
}

function addComparison(comparison: unknown, found: Set<string>): void {
  const print = JSON.stringify(comparison);
  if (print.length > 20_000) return;
  const operator = text(child(firstOf(comparison, "name"), "String"), "sval") ?? "";
  if (operator.startsWith("~") && !operator.startsWith("~~")) {
    for (const pattern of stringsIn(comparison)) {
      for (let seed = 0; seed < samples; seed += 1) found.add(textMatching(pattern, seed));
    }
  }
  if ((operator === "~~" || operator === "~~*") && !print.includes('"!~')) {
    for (const pattern of stringsIn(comparison)) {
      for (let seed = 0; seed < 4; seed += 1) {
        found.add(pattern.replaceAll("%", textOfLength(3, seed)).replaceAll("_", "a"));
      }
    }
  }
  if (![...lengthFunctions].some((name) => print.includes(`"sval":"${name}"`))) return;
  for (const match of print.matchAll(/"ival":\{"ival":(\d+)\}/g)) {
    const length = Number(match[1]);
    if (length > 10_000) continue;
    for (let seed = 0; seed < samples; seed += 1) found.add(textOfLength(length, seed));
    found.add(textOfLength(length + 1, 0));
    if (length > 0) found.add(textOfLength(length - 1, 0));
  }
}

function numberOf(constant: unknown): number | undefined {
  const integer = child(constant, "ival");
  if (integer !== undefined) return typeof integer["ival"] === "number" ? integer["ival"] : 0;
  const float = text(child(constant, "fval"), "fval");
  return float === undefined || !Number.isFinite(Number(float)) ? undefined : Number(float);
}

function stringsIn(node: unknown): string[] {
  const strings = new Set<string>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    if (!isTree(value)) return;
    const string = text(child(child(value, "A_Const"), "sval"), "sval");
    if (string !== undefined) strings.add(string);
    for (const member of Object.values(value)) walk(member);
  };
  walk(node);
  return [...strings];
}

function firstOf(value: unknown, key: string): unknown {
  const member = isTree(value) ? value[key] : undefined;
  return Array.isArray(member) ? (member as unknown[])[0] : undefined;
}
