import { messageOf } from "../std/failure.ts";
import { clipped, type Problem } from "./problem.ts";

/** What PostgreSQL said, in anything that was thrown because of it. */
export function problemBehind(thrown: unknown): Problem | undefined {
  let error = thrown;
  for (let depth = 0; depth < 8 && typeof error === "object" && error !== null; depth += 1) {
    const { code, schema, table, cause } = error as Record<"code" | "schema" | "table" | "cause", unknown>;
    if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)) {
      return {
        sqlstate: code,
        message: clipped(messageOf(error)),
        ...(typeof schema === "string" ? { schema } : {}),
        ...(typeof table === "string" ? { table } : {}),
      };
    }
    error = cause;
  }
  return undefined;
}

/** The statement that PostgreSQL refused, where whoever threw says so. */
export function statementBehind(thrown: unknown): string | undefined {
  const sql: unknown =
    typeof thrown === "object" && thrown !== null && "sql" in thrown ? thrown.sql : undefined;
  return typeof sql === "string" ? sql : undefined;
}
