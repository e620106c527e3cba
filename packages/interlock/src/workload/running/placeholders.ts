import type { ScanToken } from "libpg-query";
import { commentText, scanTokens } from "../../sql/parse.ts";

/** A part of a text, in bytes of UTF-8, and what is to stand there instead. */
export interface Replacement {
  start: number;
  end: number;
  text: string;
}

/** Carries out replacements that don't overlap. */
export function replaceParts(sql: string, replacements: readonly Replacement[]): string {
  if (replacements.length === 0) return sql;
  const bytes = Buffer.from(sql, "utf8");
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text } of replacements.toSorted((left, right) => left.start - right.start)) {
    parts.push(bytes.subarray(at, start).toString("utf8"), text);
    at = end;
  }
  parts.push(bytes.subarray(at).toString("utf8"));
  return parts.join("");
}

/** The tokens without comments; none for a text that can't be cut into tokens. */
export function wordsOf(sql: string): ScanToken[] {
  try {
    return scanTokens(sql).filter((token) => commentText(token) === undefined);
  } catch {
    return [];
  }
}

export function isPlaceholder(token: ScanToken): boolean {
  return token.tokenName === "PARAM";
}

/** Numbers the placeholders from 1 without gaps, in their order: PostgreSQL can't find the type of one that is missing. */
export function renumber(sql: string): string {
  const placeholders = wordsOf(sql).filter(isPlaceholder);
  const numbers = [...new Set(placeholders.map(({ text }) => Number(text.slice(1))))].toSorted(
    (left, right) => left - right,
  );
  if (numbers.every((number, index) => number === index + 1)) return sql;
  return replaceParts(
    sql,
    placeholders.map(({ start, end, text }) => ({
      start,
      end,
      text: `$${String(numbers.indexOf(Number(text.slice(1))) + 1)}`,
    })),
  );
}
