import type { Line } from "./lines.ts";
import type { LogRecord, NoRecord } from "./log-record.ts";

/** Every message begins with when it was written. A server that was killed may leave half of one before it. */
const beginning = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [\w+:-]+,/;
const longestRecord = 2 * 1024 * 1024;

/**
 * Messages of a log in CSV (`log_destination = csvlog`), of any version. A message may have several lines. By hand,
 * since a CSV reader that meets half a message takes all that follows for the inside of its quotes.
 */
export async function* readCsvlog(lines: AsyncIterable<Line>): AsyncGenerator<LogRecord | NoRecord> {
  let open: { text: string; quotes: number; trouble: NoRecord["why"] | undefined } | undefined;
  for await (const { text, isCut, isUtf8 } of lines) {
    const trouble = isCut ? "too-long" : isUtf8 ? undefined : "not-utf8";
    if (open !== undefined && beginning.test(text) && isWhole(text, open)) {
      yield { why: "cut-off" };
      open = undefined;
    }
    if (open === undefined) {
      if (text === "") continue;
      if (!beginning.test(text)) {
        yield { why: "not-a-message" };
        continue;
      }
      open = { text: "", quotes: 0, trouble: undefined };
    } else {
      open.text += "\n";
    }
    open.quotes += countQuotes(text);
    open.trouble ??= trouble;
    if (open.text.length + text.length > longestRecord) open.trouble = "too-long";
    if (open.trouble !== "too-long") open.text += text;
    if (open.quotes % 2 === 1 && !isCut) continue;
    yield open.trouble === undefined
      ? (recordIn(open.text) ?? { why: "not-a-message" })
      : { why: open.trouble };
    open = undefined;
  }
  if (open !== undefined) yield { why: "cut-off" };
}

/** A line that is a message by itself inside one that is open: a statement may hold such a line, quotes doubled. */
function isWhole(text: string, open: { text: string }): boolean {
  if (countQuotes(text) % 2 === 1 && open.text.length < longestRecord) return false;
  return fieldsOf(text).length >= 23 && !text.includes('""');
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) count += 1;
  return count;
}

/** The columns as they are called in the manual's table for loading it (chapter 19.8.4). */
const column = {
  database: 2,
  session: 5,
  severity: 11,
  sqlstate: 12,
  message: 13,
  detail: 14,
  statement: 19,
  application: 22,
  backend: 23,
} as const;

function recordIn(text: string): LogRecord | undefined {
  const fields = fieldsOf(text);
  if (fields.length < 23) return undefined;
  const field = (name: keyof typeof column): string => fields[column[name]] ?? "";
  return {
    session: field("session"),
    database: field("database"),
    application: field("application"),
    backend: field("backend"),
    severity: field("severity"),
    sqlstate: field("sqlstate"),
    message: field("message"),
    detail: field("detail"),
    statement: field("statement"),
  };
}

function fieldsOf(text: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= text.length) {
    if (text[at] === '"') {
      let end = text.indexOf('"', at + 1);
      while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
      const close = end === -1 ? text.length : end;
      fields.push(text.slice(at + 1, close).replaceAll('""', '"'));
      at = close + 2;
    } else {
      const end = text.indexOf(",", at);
      const close = end === -1 ? text.length : end;
      fields.push(text.slice(at, close));
      at = close + 1;
    }
  }
  return fields;
}
