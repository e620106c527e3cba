import type { Client } from "pg";
import { sessionIsGone, sqlstateOf } from "../../packages/interlock/src/database/sqlstate.ts";
import { copyIn } from "../../packages/interlock/src/rehearsal/copy-in-submittable.ts";
import type { Write } from "./statements.ts";

/** What a version sees of a statement: its rows in any order and their number, or PostgreSQL's refusal. */
export type Answer = { rows: string[]; count: number } | { refused: string; message: string };

/** Runs a statement in a transaction that is open. Throws only where the session has gone. */
export async function runStatement(client: Client, { statement, values }: Write): Promise<Answer> {
  if (statement.copyWidth !== undefined) {
    const data = copyData(values, statement.copyWidth);
    const problem = await copyIn(client, { sql: statement.sql, data });
    if (problem === undefined) return { rows: [], count: 0 };
    if (/^(08|57P)/.test(problem.sqlstate))
      throw Object.assign(new Error(problem.message), { code: problem.sqlstate });
    return { refused: problem.sqlstate, message: problem.message };
  }
  try {
    const { rows, rowCount } = await client.query<(string | null)[]>({
      text: statement.sql,
      values,
      rowMode: "array",
      types: asText,
    });
    return { rows: rows.map((row) => JSON.stringify(row)).toSorted(), count: rowCount ?? 0 };
  } catch (error) {
    if (sessionIsGone(error)) throw error;
    return { refused: sqlstateOf(error) ?? "", message: String(error) };
  }
}

const asText = { getTypeParser: () => (value: string | Buffer) => value.toString() };

function copyData(values: readonly (string | null)[], width: number): string {
  const fields = values.map((value) => (value === null ? "\\N" : value.replaceAll("\\", "\\\\")));
  const lines: string[] = [];
  for (let at = 0; at < fields.length; at += width) lines.push(fields.slice(at, at + width).join("\t"));
  return `${lines.join("\n")}\n`;
}
