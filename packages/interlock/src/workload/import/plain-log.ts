import type { Line } from "./lines.ts";
import type { LogRecord, NoRecord } from "./log-record.ts";

/** `<prefix>LOG:  message`; the prefix is whatever log_line_prefix says. Lines that go on begin with a tab. */
const start =
  /^(?<prefix>.*?)(?<word>DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|STATEMENT|LOCATION): {2}(?<text>.*)$/;
const further = new Set(["DETAIL", "HINT", "QUERY", "CONTEXT", "STATEMENT", "LOCATION"]);

interface Open {
  record: LogRecord;
  /** The field that the next line goes on with. */
  field: "message" | "detail" | "statement" | undefined;
  trouble: NoRecord["why"] | undefined;
}

/** Messages of a log as text (`log_destination = stderr`, and syslog files of the same form). */
export async function* readPlainLog(lines: AsyncIterable<Line>): AsyncGenerator<LogRecord | NoRecord> {
  let open: Open | undefined;
  for await (const line of lines) {
    if (line.text === "") continue;
    const { prefix = "", word = "", text = "" } = start.exec(line.text)?.groups ?? {};
    const trouble = line.isCut ? "too-long" : line.isUtf8 ? undefined : "not-utf8";
    if (word !== "" && !further.has(word) && !line.text.startsWith("\t")) {
      if (open !== undefined) yield closed(open);
      open = { record: recordOf(prefix, { severity: word, message: text }), field: "message", trouble };
    } else if (open === undefined) {
      yield { why: "not-a-message" };
    } else if (word === "" || line.text.startsWith("\t")) {
      goOn(open, line.text.replace(/^\t/, ""));
      open.trouble ??= trouble;
    } else {
      open.field = word === "DETAIL" ? "detail" : word === "STATEMENT" ? "statement" : undefined;
      if (open.field !== undefined) open.record[open.field] = text;
      open.trouble ??= trouble;
    }
  }
  if (open !== undefined) yield closed(open);
}

const longestRecord = 2 * 1024 * 1024;

function goOn(open: Open, text: string): void {
  if (open.field === undefined) return;
  if (open.record[open.field].length + text.length > longestRecord) open.trouble = "too-long";
  else open.record[open.field] += `\n${text}`;
}

function closed({ record, trouble }: Open): LogRecord | NoRecord {
  return trouble === undefined ? record : { why: trouble };
}

/** What prefixes say in most places: `[4711]`, `user@database`, `db=shop`, `app=payments@2.3.0`. */
function recordOf(prefix: string, { severity, message }: { severity: string; message: string }): LogRecord {
  const found = (pattern: RegExp): string => pattern.exec(prefix)?.[1] ?? "";
  return {
    session: found(/\[(\d+)\]/) || found(/\b(?:pid|p)=(\d+)/),
    database: found(/\bdb(?:name)?=([^,\s]*)/) || found(/[\w.$-]+@([\w$-]+)(?=[:/\s])/),
    application: found(/\bapp(?:lication)?(?:_name)?=([^,\s]*)/),
    backend: "",
    severity,
    // The message says where in the statement; nothing says the SQLSTATE unless the prefix does.
    sqlstate: found(/\b(?:e|sqlstate|state)=([0-9A-Z]{5})\b/) || guessed(severity, message),
    message: severity === "ERROR" ? message.replace(/ at character \d+$/, "") : message,
    detail: "",
    statement: "",
  };
}

/** Whether an error is about the statement itself, from PostgreSQL's own English words. */
function guessed(severity: string, message: string): string {
  if (severity !== "ERROR") return "";
  if (message.startsWith("syntax error")) return "42601";
  if (/does not exist(?: at character \d+)?$|is ambiguous|must appear in the GROUP BY/.test(message))
    return "42P01";
  return message.startsWith("current transaction is aborted") ? "25P02" : "";
}
