import { Failure } from "../../std/failure.ts";
import { operationKinds } from "../../plan/operations/all.ts";
import { scopeKeys, scopeOrders, scopeWays, type Scope, type ScopeKey, type ScopeWord } from "./scope.ts";

/** What the words of some keys can only be: one that is none of them would silently hold nothing. */
const vocabulary: Readonly<Partial<Record<ScopeKey, { name: string; values: readonly string[] }>>> = {
  kind: { name: "kind of operation", values: operationKinds.map(({ kind }) => kind) },
  order: { name: "order", values: scopeOrders },
  to: { name: "way", values: scopeWays },
};

/**
 * Reads a scope: `kind=rename-column table=public.payments app=payments env=production`, `order=split to=structure`. Words are separated by
 * spaces and all of them must hold; commas separate values of which any may; `!=` takes what is none of them; a star
 * at the end of a value stands for anything. Throws `Failure` "scope-not-valid" that names the word.
 */
export function parseScope(text: string): Scope {
  const words = splitOutsideQuotes(text, /\s/).map(parseWord);
  if (words.length === 0) {
    throw notValid("A scope without a word would hold everything back.", "To mean that, write env=*");
  }
  return { words: inOrder(words) };
}

function parseWord(text: string): ScopeWord {
  const match = /^([a-z]+)(!?=)(.*)$/s.exec(text);
  const [, key = "", operator, values = ""] = match ?? [];
  if (match === null) {
    throw notValid(
      `"${text}" is no word of a scope.`,
      "Write KEY=VALUE, such as kind=rename-column or env=production",
    );
  }
  if (!isKey(key)) {
    throw notValid(
      `"${text}": there is nothing called ${key}.`,
      `Write one of ${scopeKeys.join(", ")}, such as table=public.payments`,
    );
  }
  const patterns = splitOutsideQuotes(values, /,/, { keepEmpty: true });
  for (const pattern of patterns) checkPattern(text, { key, pattern });
  return { key, isNegated: operator === "!=", patterns: [...new Set(patterns)].toSorted() };
}

function checkPattern(word: string, { key, pattern }: { key: ScopeKey; pattern: string }): void {
  if (pattern === "")
    throw notValid(`"${word}" holds an empty value.`, `Write ${key}=VALUE, or values with commas`);
  const star = pattern.indexOf("*");
  if (star !== -1 && star !== pattern.length - 1) {
    throw notValid(
      `"${word}": a star can only stand at the end of a value.`,
      `Write ${key}=${pattern.slice(0, star)}*`,
    );
  }
  if ((pattern.split('"').length - 1) % 2 === 1) {
    throw notValid(
      `"${word}": a quotation mark is not closed.`,
      'Write names as PostgreSQL shows them: public."My table"',
    );
  }
  const known = vocabulary[key];
  if (known !== undefined && !known.values.some((value) => matchesPattern(pattern, value))) {
    throw notValid(
      `"${word}": there is no ${known.name} ${pattern}.`,
      `There are ${known.values.join(", ")}`,
    );
  }
}

/** Whether a value is what a pattern says. */
export function matchesPattern(pattern: string, value: string): boolean {
  return pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

function isKey(text: string): text is ScopeKey {
  return (scopeKeys as readonly string[]).includes(text);
}

/** The same scope is always the same text, however its words were ordered. */
function inOrder(words: readonly ScopeWord[]): ScopeWord[] {
  return words.toSorted((left, right) => (rankOf(left) < rankOf(right) ? -1 : 1));
}

function rankOf({ key, isNegated, patterns }: ScopeWord): string {
  return `${String(scopeKeys.indexOf(key))}${isNegated ? "1" : "0"}${patterns.join(",")}`;
}

function splitOutsideQuotes(
  text: string,
  separator: RegExp,
  { keepEmpty = false }: { keepEmpty?: boolean } = {},
): string[] {
  const parts: string[] = [""];
  let isQuoted = false;
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted;
    if (!isQuoted && separator.test(letter)) parts.push("");
    else parts.push(`${parts.pop() ?? ""}${letter}`);
  }
  return keepEmpty ? parts : parts.filter((part) => part !== "");
}

function notValid(message: string, next: string): Failure {
  return new Failure({ code: "scope-not-valid", message, state: "Nothing was changed.", next: `${next}.` });
}
