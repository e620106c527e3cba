import { readComments, scanTokens } from "../sql/parse.ts";
import { Failure } from "../std/failure.ts";
import { parseExpression, type Expression } from "./expression.ts";
import type { Relation } from "./plan.ts";

/** What one `-- interlock:` comment says. */
export interface MappingComment {
  direction: "up" | "down";
  table: Relation;
  column: string;
  expression: Expression;
  /** "0042_status.sql:17". */
  source: string;
}

const marked = /^interlock:\s*(.*)$/s;
const verb = /^(up|down)\s+(.*)$/s;

/**
 * Reads the mappings that a migration's comments give: `-- interlock: down payments.is_paid = (status = 'paid')`.
 * Throws `Failure` "mapping-not-valid" for a comment that begins like one and is none, with its line.
 */
export function readMappingComments(text: string, path: string): MappingComment[] {
  return readComments(text).flatMap((comment) => {
    const rest = marked.exec(comment.text)?.[1];
    // How a file is run, which is no mapping.
    if (rest === undefined || /^no transaction\b/i.test(rest)) return [];
    return [readOne(rest, `${path}:${String(comment.line)}`)];
  });
}

function readOne(text: string, source: string): MappingComment {
  const [, direction, assignment = ""] = verb.exec(text) ?? [];
  const target = readTarget(assignment);
  if ((direction !== "up" && direction !== "down") || target === undefined) {
    throw new Failure({
      code: "mapping-not-valid",
      message: `${source}: "interlock: ${text}" is no mapping.`,
      state: "Nothing was run and nothing was changed.",
      next: "Write it as `-- interlock: down table.column = (expression)` or `-- interlock: up table.column = (expression)`.",
    });
  }
  const expression = parseExpression(target.expression, source);
  return { direction, table: target.table, column: target.column, expression, source };
}

/** Takes `schema.table.column = expression` apart by PostgreSQL's own tokens, so that quoted names work. */
function readTarget(text: string): { table: Relation; column: string; expression: string } | undefined {
  const names: string[] = [];
  // The scanner refuses an empty text.
  if (text === "") return undefined;
  for (const token of scanTokens(text)) {
    if (token.text === "=") {
      const [column, name, schema] = names.toReversed();
      if (column === undefined || name === undefined) return undefined;
      const expression = Buffer.from(text, "utf8").subarray(token.end).toString("utf8").trim();
      return { table: { schema: schema ?? "public", name }, column, expression };
    }
    if (token.text === ".") continue;
    names.push(
      token.text.startsWith('"') ? token.text.slice(1, -1).replaceAll('""', '"') : token.text.toLowerCase(),
    );
    if (names.length > 3) return undefined;
  }
  return undefined;
}
