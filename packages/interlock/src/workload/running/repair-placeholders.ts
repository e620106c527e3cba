import type { ScanToken } from "libpg-query";
import { isPlaceholder, renumber, replaceParts, wordsOf, type Replacement } from "./placeholders.ts";

/**
 * pg_stat_statements puts a placeholder where a constant was, also where the grammar has no room for one:
 * `interval $1`, `date $2`, `extract($3 from at)`. Says the same in a way that PostgreSQL can prepare:
 * `$1::interval`, `$2::date`, `extract(epoch from at)`. Whatever else is in the text stays as it is.
 */
export function repairPlaceholders(kept: string): string {
  // PostgreSQL 18 keeps the first of a list of constants and says so in a comment.
  const sql = kept.replaceAll(/ *\/\*, \.\.\. \*\//g, "");
  const words = wordsOf(sql);
  const replacements = words.flatMap((word, index): Replacement[] => {
    if (!isPlaceholder(word)) return [];
    return extractField(words, index) ?? jsonPath(words, index) ?? typedLiteral(words, index) ?? [];
  });
  return renumber(replaceParts(sql, replacements));
}

/** `extract($1 from …)`: which field it was is lost; every type of date and time has an epoch. */
function extractField(words: readonly ScanToken[], at: number): Replacement[] | undefined {
  if (!isExtract(words, at - 2)) return undefined;
  // Where the same expression stands in `group by` as well, the server may have left the field there.
  const known = words
    .map((_, index) => (isExtract(words, index) ? words[index + 2] : undefined))
    .find((field) => field !== undefined && !isPlaceholder(field));
  return [put(words[at], known?.text ?? "epoch")];
}

function isExtract(words: readonly ScanToken[], at: number): boolean {
  return lower(words[at]) === "extract" && lower(words[at + 1]) === "(" && lower(words[at + 3]) === "from";
}

/** The path of JSON_TABLE is its second argument and has to be a constant. */
function jsonPath(words: readonly ScanToken[], at: number): Replacement[] | undefined {
  if (lower(words[at - 1]) !== ",") return undefined;
  let depth = 0;
  for (let index = at - 2; index >= 0; index -= 1) {
    const word = lower(words[index]);
    if (word === ")") depth += 1;
    else if (word === "(" && depth > 0) depth -= 1;
    else if (word === "(")
      return lower(words[index - 1]) === "json_table" ? [put(words[at], "'$'")] : undefined;
    else if (word === "," && depth === 0) return undefined;
  }
  return undefined;
}

/** `date $1`, `timestamp(3) with time zone $1`, `interval $1 day to second`, `"Mood" $1`. */
function typedLiteral(words: readonly ScanToken[], at: number): Replacement[] | undefined {
  const from = typeBefore(words, at);
  const first = words[from];
  const placeholder = words[at];
  if (from === at || first === undefined || placeholder === undefined) return undefined;
  const type = words.slice(from, at).map(({ text }) => text);
  const isInterval = lower(first) === "interval";
  const fields = isInterval ? intervalFields(words, at + 1) : [];
  const name = [
    type.length === 1 && /^n$/i.test(type[0] ?? "") ? "bpchar" : join(type),
    ...fields.map(({ text }) => text),
  ];
  return [
    {
      start: first.start,
      end: fields.at(-1)?.end ?? placeholder.end,
      text: `${placeholder.text}::${name.join(" ")}`,
    },
  ];
}

/** Types whose names are words of the grammar; any other word that is none names a type too. */
const typeWords = new Set(
  "bigint bit boolean char character dec decimal float int integer interval nchar numeric real smallint time timestamp varchar json".split(
    " ",
  ),
);

/** The index at which the type's name begins that ends before `at`; `at` itself where there is none. */
function typeBefore(words: readonly ScanToken[], at: number): number {
  let end = at;
  if (
    lower(words[at - 1]) === "zone" &&
    lower(words[at - 2]) === "time" &&
    ["with", "without"].includes(lower(words[at - 3]))
  ) {
    end = at - 3;
  }
  // The length: `(3)` or `(10, 2)`.
  let name = end;
  if (lower(words[end - 1]) === ")") {
    name = end - 2;
    while (name > 0 && /^(?:\d+|,)$/.test(lower(words[name]))) name -= 1;
    if (lower(words[name]) !== "(") return at;
  }
  const last = words[name - 1];
  if (last === undefined) return at;
  const two = `${lower(words[name - 2])} ${lower(last)}`;
  if (
    ["double precision", "character varying", "bit varying", "national character", "national char"].includes(
      two,
    )
  )
    return name - 2;
  if (end !== at && !["time", "timestamp"].includes(lower(last))) return at;
  // A length behind any other word is a call, whose result nothing follows.
  if (name !== end && !typeWords.has(lower(last))) return at;
  if (typeWords.has(lower(last))) return name - 1;
  if (last.tokenName !== "IDENT") return at;
  let first = name - 1;
  while (lower(words[first - 1]) === "." && words[first - 2] !== undefined) first -= 2;
  return first;
}

const fieldWord = /^(?:year|month|day|hour|minute|second|to)$/;

function intervalFields(words: readonly ScanToken[], from: number): ScanToken[] {
  let end = from;
  while (fieldWord.test(lower(words[end]))) end += 1;
  if (end > from && lower(words[end]) === "(" && lower(words[end + 2]) === ")") end += 3;
  return words.slice(from, end);
}

function join(type: readonly string[]): string {
  return type
    .join(" ")
    .replaceAll(/ ([.(),]) ?/g, "$1")
    .replaceAll(/\)(?=\w)/g, ") ");
}

function put(word: ScanToken | undefined, text: string): Replacement {
  return { start: word?.start ?? 0, end: word?.end ?? 0, text };
}

function lower(word: ScanToken | undefined): string {
  return word?.text.toLowerCase() ?? "";
}
