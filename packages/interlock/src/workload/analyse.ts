import type { Node } from "libpg-query";
import { commentText, parseStatements, readComments, scanTokens, type Statement } from "../sql/parse.ts";
import { findConstants, type Constant } from "./constants.ts";
import { namesSchemaVocabulary, statementKind, type StatementKind } from "./statement-kind.ts";
import { nameFromComment } from "./statement-name.ts";
import { statementKey } from "./statement-variant.ts";
import { child, text } from "../sql/tree.ts";

/** One statement of a text as a recorder sees it. */
export interface AnalysedStatement {
  kind: StatementKind;
  /** The statement without comments: for a cursor its query, for PREPARE what is prepared. */
  sql: string;
  node: Node;
  name: string | undefined;
  /** The same for statements that are the same but for their constants. */
  key: string;
  constants: readonly Constant[];
  /** The highest number of its parameters. */
  highestParameter: number;
  /** The name behind PREPARE or EXECUTE. */
  preparedName: string | undefined;
  /** String constants that belong to the schema. */
  vocabulary: readonly string[];
}

/**
 * Splits a text as an application sent it and says what each statement is. Comments are taken out: they may
 * hold anything; a name that one gives is kept. Undefined for a text that PostgreSQL 18 would not parse.
 */
export function analyseText(sent: string): AnalysedStatement[] | undefined {
  // The parser refuses a text of nothing, which the server takes (EmptyQueryResponse).
  if (sent.trim() === "") return [];
  let statements: Statement[];
  try {
    statements = parseStatements(sent, "the statement");
  } catch {
    return undefined;
  }
  const analysed: AnalysedStatement[] = [];
  let at = 0;
  for (const statement of statements) {
    const start = sent.indexOf(statement.sql, Math.max(at, startOfLine(sent, statement.line)));
    const end = start + statement.sql.length;
    const name = readComments(sent.slice(at, end))
      .map((comment) => nameFromComment(comment.text))
      .find((found) => found !== undefined);
    const one = analyseStatement(statement, name);
    if (one === undefined) return undefined;
    analysed.push(one);
    at = end;
  }
  return analysed;
}

function startOfLine(sent: string, line: number): number {
  let at = 0;
  for (let count = 1; count < line; count += 1) at = sent.indexOf("\n", at) + 1;
  return at;
}

function analyseStatement(statement: Statement, name: string | undefined): AnalysedStatement | undefined {
  const kind = statementKind(statement.node);
  const sql = innerStatement(kind, withoutComments(statement.sql));
  // Positions in the tree count from the beginning of the text that was parsed: this one, not the whole.
  const [own] = tryParse(sql);
  const key = own === undefined ? undefined : statementKey(own);
  if (own === undefined || key === undefined) return undefined;
  const recorded = kind === "workload" || kind === "cursor" || kind === "prepare" || kind === "execute";
  const schema = namesSchemaVocabulary(own.node);
  const constants = recorded || schema ? findConstants(sql, own.node) : [];
  return {
    kind: kind === "cursor" ? "workload" : kind,
    sql,
    node: own.node,
    name,
    key,
    constants: recorded ? constants : [],
    highestParameter: highestParameter(sql),
    preparedName: preparedName(statement.node),
    vocabulary: schema ? stringsOf(sql) : [],
  };
}

function tryParse(sql: string): Statement[] {
  try {
    return parseStatements(sql, "the statement");
  } catch {
    return [];
  }
}

/** The text of a statement without its comments, each of which leaves a space. */
function withoutComments(sql: string): string {
  const bytes = Buffer.from(sql, "utf8");
  const parts: string[] = [];
  let at = 0;
  for (const token of scanTokens(sql)) {
    if (commentText(token) === undefined) continue;
    parts.push(bytes.subarray(at, token.start).toString("utf8"));
    at = token.end;
  }
  if (at === 0) return sql.trim();
  parts.push(bytes.subarray(at).toString("utf8"));
  return parts
    .map((part) => part.trim())
    .join(" ")
    .trim();
}

/** What is behind `declare … for` and `prepare … as`: the statement that will run. */
function innerStatement(kind: StatementKind, sql: string): string {
  const keyword = kind === "cursor" ? "FOR" : kind === "prepare" ? "AS" : undefined;
  if (keyword === undefined) return sql;
  const token = scanTokens(sql).find(({ text: word }) => word.toUpperCase() === keyword);
  if (token === undefined) return sql;
  return Buffer.from(sql, "utf8").subarray(token.end).toString("utf8").trim();
}

function preparedName(node: Node): string | undefined {
  return text(child(node, "PrepareStmt") ?? child(node, "ExecuteStmt"), "name");
}

function highestParameter(sql: string): number {
  return scanTokens(sql)
    .filter(({ tokenName }) => tokenName === "PARAM")
    .reduce((highest, token) => Math.max(highest, Number(token.text.slice(1))), 0);
}

/** The string constants of a schema's text, such as a CHECK's or an index's. */
export function stringsOf(sql: string): string[] {
  return scanTokens(sql)
    .filter(({ tokenName }) => tokenName === "SCONST")
    .map((token) =>
      token.text
        .replace(/^[^']*'/, "")
        .replace(/'$/, "")
        .replaceAll("''", "'"),
    );
}
