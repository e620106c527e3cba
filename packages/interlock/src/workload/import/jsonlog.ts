import type { Line } from "./lines.ts";
import type { LogRecord, NoRecord } from "./log-record.ts";

/** Messages of a log in JSON (`log_destination = jsonlog`, from PostgreSQL 15): one object a line. */
export async function* readJsonlog(lines: AsyncIterable<Line>): AsyncGenerator<LogRecord | NoRecord> {
  for await (const { text, isCut, isUtf8 } of lines) {
    if (text.trim() === "") continue;
    if (isCut) yield { why: "too-long" };
    else if (!isUtf8) yield { why: "not-utf8" };
    else yield recordIn(text) ?? { why: text.startsWith("{") ? "cut-off" : "not-a-message" };
  }
}

function recordIn(text: string): LogRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const field = (name: string): string => {
    const member: unknown = Reflect.get(value, name);
    return typeof member === "string" ? member : "";
  };
  return {
    session: field("session_id"),
    database: field("dbname"),
    application: field("application_name"),
    backend: field("backend_type"),
    severity: field("error_severity"),
    sqlstate: field("state_code"),
    message: field("message"),
    detail: field("detail"),
    statement: field("statement"),
  };
}
