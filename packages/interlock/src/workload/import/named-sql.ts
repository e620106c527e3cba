import { basename } from "node:path";
import { parseStatements } from "../../sql/parse.ts";
import { displayName } from "../../sql/quote.ts";
import { child, list, text } from "../../sql/tree.ts";
import { messageOf } from "../../std/failure.ts";
import { analyseText, type AnalysedStatement } from "../analyse.ts";
import { leftOutReasons } from "../observation.ts";
import { describeStatement } from "../statement-name.ts";
import type { WorkloadStatement } from "../workload.ts";
import { numberParameters } from "./named-parameters.ts";
import type { NotImported } from "./not-imported.ts";

/** A part of a file that is one query by its name comment. */
interface Section {
  name: string | undefined;
  /** sqlc's annotation: ":one", ":copyfrom". */
  annotation: string | undefined;
  sql: string;
  line: number;
}

export interface ReadQueries {
  statements: WorkloadStatement[];
  notImported: NotImported[];
  /** What whoever uses the workload should know. */
  notes: string[];
}

/** sqlc and its like send the columns that `*` stood for when the code was generated. */
export const starNote =
  "queries with * are sent with the columns that the generator wrote out: import the generated code, or sqlc.yaml beside it, for what is really sent";

/** Whether a statement asks for all columns, as far as its text tells. */
export function hasStar(sql: string): boolean {
  return /(?:\bselect(?:\s+distinct)?|,|\breturning)\s+(?:[\w"]+\.)?\*/i.test(sql);
}

/**
 * The queries of a file: parts that begin with `-- name: list-payments`, `-- :name list-payments` or
 * `/* @name ListPayments *\/`, or in a file without any such comment every statement, called as the
 * file where it is alone there and `fileNames` is not false. Parameters by name get numbers.
 */
export function readNamedSql(
  content: string,
  source: string,
  { fileNames = true }: { fileNames?: boolean } = {},
): ReadQueries {
  const read: ReadQueries = { statements: [], notImported: [], notes: [] };
  for (const section of sectionsOf(content)) readSection(section, { source, read, fileNames });
  return read;
}

const nameLine =
  /^[ \t]*(?:--[ \t]*(?:name:|:name)[ \t]*(?<dashed>[^\s:]+)[ \t]*(?<annotation>\\{0,2}:\w+)?.*|\/\*[ \t]*(?:name:|@name)[ \t]*(?<starred>[\w.$/-]+)[^*]*\*\/[ \t]*)$/gm;

function sectionsOf(content: string): Section[] {
  const marks = [...content.matchAll(nameLine)];
  if (marks.length === 0) return [{ name: undefined, annotation: undefined, sql: content, line: 1 }];
  return marks.map((mark, index) => {
    const { dashed, starred, annotation } = mark.groups ?? {};
    return {
      // aiosql marks what a query answers behind its name: `get-users^`, `add-user<!`.
      name: (dashed ?? starred)?.replace(/[$^!*#<]+$/, ""),
      annotation: annotation?.replaceAll("\\", ""),
      sql: content.slice(mark.index + mark[0].length, marks[index + 1]?.index),
      line: lineOf(content, mark.index),
    };
  });
}

function lineOf(content: string, index: number): number {
  return content.slice(0, index).split("\n").length;
}

function readSection(
  section: Section,
  { source, read, fileNames }: { source: string; read: ReadQueries; fileNames: boolean },
): void {
  const { name, annotation, line } = section;
  const place = `${source}:${String(line)}`;
  const sql = numberParameters(section.sql);
  const analysed = analyseText(sql);
  const fallback = basename(source).replace(/\.\w+$/, "");
  if (analysed === undefined) {
    read.notImported.push({ source: place, what: name ?? fallback, why: parseError(sql) });
    return;
  }
  if (analysed.length === 0 && name !== undefined) {
    read.notImported.push({ source: place, what: name, why: "there is no statement behind its name" });
  }
  for (const [index, statement] of analysed.entries()) {
    const own = name ?? (fileNames && analysed.length === 1 ? fallback : describeStatement(statement.node));
    const what = index === 0 || name === undefined ? own : `${own}-${String(index + 1)}`;
    const query = annotation === ":copyfrom" ? copyOf(statement) : statement.sql;
    if (statement.kind !== "workload") {
      read.notImported.push({ source: place, what, why: reasonOf(statement) });
    } else if (query === undefined) {
      read.notImported.push({ source: place, what, why: "a :copyfrom is an insert with a list of columns" });
    } else {
      read.statements.push({ name: what, sql: query });
      if (annotation !== undefined && hasStar(query) && read.notes.length === 0) read.notes.push(starNote);
    }
  }
}

function parseError(sql: string): string {
  try {
    parseStatements(sql, "it");
    return "it can't be told from its comments";
  } catch (error) {
    return messageOf(error).replace(/^it:\d+:\d+: /, "");
  }
}

function reasonOf({ kind }: AnalysedStatement): string {
  if (kind === "prepare" || kind === "execute" || kind === "cursor" || kind === "workload") {
    return "PREPARE and EXECUTE belong to a session";
  }
  return leftOutReasons[kind];
}

/** pgx sends sqlc's `:copyfrom` inserts as COPY in its binary format. */
function copyOf({ node }: AnalysedStatement): string | undefined {
  const insert = child(node, "InsertStmt");
  const relation = child(insert, "relation");
  const columns = list(insert, "cols").flatMap((item) => text(child(item, "ResTarget"), "name") ?? []);
  const name = text(relation, "relname");
  if (name === undefined || columns.length === 0) return undefined;
  const schema = text(relation, "schemaname");
  const table = displayName(...(schema === undefined ? [] : [schema]), name);
  return `copy ${table} (${columns.map((column) => displayName(column)).join(", ")}) from stdin (format binary)`;
}
