import { hasSqlDetails, loadModule, parseSync, scanSync, type Node, type ScanToken } from "libpg-query";
import { Failure } from "../std/failure.ts";
import { notText } from "./read-sql-file.ts";
import { checkDepth, checkReadable, nestsTooDeep } from "./too-complex.ts";

/** One statement of a text, with its parse tree as PostgreSQL itself makes it. */
export interface Statement {
  /** From its first word to the end, without the semicolon. */
  sql: string;
  /** Where it begins, counted from 1. */
  line: number;
  /** One key, the kind of statement: `{ AlterTableStmt: … }`. */
  node: Node;
}

await loadModule();

/**
 * Splits a text into its statements and parses each with PostgreSQL's own parser.
 * `source` names the text in errors. Throws `Failure` "sql-does-not-parse" with the line and column, "sql-not-text"
 * and "sql-too-complex".
 */
export function parseStatements(text: string, source: string): Statement[] {
  // The parser takes an empty text for a mistake of its caller.
  if (text.trim() === "") return [];
  if (text.includes("\0")) throw notText(source, "It holds a zero byte.");
  checkReadable(text, source);
  const bytes = Buffer.from(text, "utf8");
  let parsed;
  try {
    parsed = parseSync(text);
  } catch (error) {
    throw doesNotParse(error, text, source);
  }
  const lines = lineCounter(bytes);
  return (parsed.stmts ?? []).flatMap(({ stmt, stmt_location: start = 0, stmt_len: length }) => {
    if (stmt === undefined) return [];
    const end = length === undefined || length === 0 ? bytes.length : start + length;
    const sql = bytes.subarray(start, end).toString("utf8").trim();
    checkDepth(stmt, { sql, source });
    return [{ sql, line: lines(start), node: stmt }];
  });
}

/** The tokens of a text, comments among them; positions are in bytes of UTF-8. */
export function scanTokens(text: string): ScanToken[] {
  return scanSync(text).tokens;
}

/** The text of every comment, without its marks, and the line that it begins in. */
export function readComments(text: string): { text: string; line: number }[] {
  const bytes = Buffer.from(text, "utf8");
  return scanTokens(text).flatMap((token) => {
    const inner = commentText(token);
    return inner === undefined ? [] : [{ text: inner, line: lineAt(bytes, token.start) }];
  });
}

/** The text inside a comment token; undefined for any other token. */
export function commentText(token: ScanToken): string | undefined {
  if (token.tokenName === "SQL_COMMENT") return token.text.slice(2).trim();
  if (token.tokenName === "C_COMMENT") return token.text.slice(2, -2).trim();
  return undefined;
}

function doesNotParse(error: unknown, text: string, source: string): unknown {
  // The parser runs as WebAssembly: out of stack or memory, it says so in the engine's words and can be used again.
  if (error instanceof Error && ["RangeError", "RuntimeError"].includes(error.name))
    return nestsTooDeep(source);
  if (!hasSqlDetails(error)) return error;
  const position = Math.max(0, (error.sqlDetails?.cursorPosition ?? 1) - 1);
  const before = text.slice(0, position);
  const line = before.split("\n").length;
  const column = position - before.lastIndexOf("\n");
  return new Failure({
    code: "sql-does-not-parse",
    message: `${source}:${String(line)}:${String(column)}: ${error.message}`,
    why: text.split("\n")[line - 1]?.trim().slice(0, 200) ?? "",
    state: "Nothing was run and nothing was changed.",
    next: "Correct the SQL. It is read as PostgreSQL 18 reads it; psql's backslash commands and variables are not SQL.",
    cause: error,
  });
}

/** Counts on from the last offset, since a text of thousands of statements would else be read thousands of times. */
function lineCounter(bytes: Buffer): (offset: number) => number {
  let line = 1;
  let at = bytes.indexOf(10);
  return (offset) => {
    for (; at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) line += 1;
    return line;
  };
}

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at !== -1 && at < offset; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}
