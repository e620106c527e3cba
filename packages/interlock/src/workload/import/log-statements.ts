import { Collector } from "../collector.ts";
import type { BoundValue } from "../frontend-message.ts";
import { inFailedTransaction, type PreparedText, type Session } from "../observation.ts";
import type { LogRecord, LogTrouble, NoRecord } from "./log-record.ts";
import { parametersIn } from "./log-parameters.ts";
import { Shapes } from "./shape.ts";

export interface LogFilter {
  database?: string | undefined;
  application?: string | undefined;
}

/** A statement that was logged when it began, until the next message of its session says how it ended. */
interface Pending {
  record: LogRecord;
  text: string;
  /** Undefined for a simple query. */
  named: boolean | undefined;
}

/** Sessions whose last statement is held; beyond, the oldest is taken to have worked. */
const mostSessions = 10_000;
const mostPrepared = 20_000;
const mostNames = 1_000;
/** Messages between two looks at what was collected, so that it never piles up. */
const stretch = 500;

/**
 * Finds statements in the messages of a log and hands them to a collector, as a recording would: those that the
 * server would not have (ERROR behind them) are refusals, executions by a name are prepared.
 */
export class LogStatements {
  readonly collector: Collector;
  /** How many statements were logged for each, whatever the filter says. */
  readonly databases = new Map<string, number>();
  readonly applications = new Map<string, number>();
  readonly troubles = new Map<LogTrouble | "auto-explain" | "duration-only", number>();
  readonly #filter: LogFilter;
  readonly #samples: boolean;
  readonly #shapes = new Shapes();
  readonly #pending = new Map<string, Pending>();
  readonly #sessions = new Map<string, Session>();
  readonly #prepared = new Map<string, PreparedText>();
  #taken = 0;

  constructor({ samples, filter }: { samples: boolean; filter: LogFilter }) {
    this.collector = new Collector({ samples });
    this.#samples = samples;
    this.#filter = filter;
  }

  take(record: LogRecord | NoRecord): void {
    if ("why" in record) {
      count(this.troubles, record.why);
      return;
    }
    if (record.backend !== "" && record.backend !== "client backend") return;
    if (record.severity === "LOG") this.#log(record);
    else if (record.severity === "ERROR" || record.severity === "FATAL") this.#error(record);
    this.#taken += 1;
    if (this.#taken % stretch === 0) this.collector.drain();
  }

  /** The log has ended: what is still held has worked as far as anybody knows. */
  finish(): void {
    for (const pending of this.#pending.values()) this.#observe(pending, undefined);
    this.#pending.clear();
    this.collector.drain();
  }

  #log(record: LogRecord): void {
    const found = statementIn(record.message);
    if (found === undefined) {
      if (/^duration: [\d.]+ ms {2}plan:/.test(record.message)) count(this.troubles, "auto-explain");
      else if (/^duration: [\d.]+ ms$/.test(record.message)) count(this.troubles, "duration-only");
      return;
    }
    this.#settle(record.session, undefined);
    // Parse and bind are logged on their own only with their durations; the execution follows.
    if (found.verb !== "statement" && found.verb !== "execute") return;
    if (!this.#isWanted(record)) return;
    const named = found.verb === "statement" ? undefined : !found.name.startsWith("<unnamed>");
    const pending = { record, text: found.text, named };
    // With its duration it is logged when it is done.
    if (found.isDone) this.#observe(pending, undefined);
    else this.#hold(record.session, pending);
  }

  #isWanted({ database, application }: LogRecord): boolean {
    countUpTo(this.databases, database);
    if (this.#filter.database !== undefined && database !== this.#filter.database) return false;
    countUpTo(this.applications, application);
    return this.#filter.application === undefined || application === this.#filter.application;
  }

  #hold(session: string, pending: Pending): void {
    this.#pending.set(session, pending);
    const [oldest] = this.#pending.keys();
    if (this.#pending.size > mostSessions && oldest !== undefined) this.#settle(oldest, undefined);
  }

  #settle(session: string, refusal: string | undefined): void {
    const pending = this.#pending.get(session);
    if (pending === undefined) return;
    this.#pending.delete(session);
    this.#observe(pending, refusal);
  }

  #error(record: LogRecord): void {
    const { session, sqlstate, statement } = record;
    const pending = this.#pending.get(session);
    const refused = isRefusal(sqlstate) ? sqlstate : undefined;
    if (pending !== undefined && (statement === "" || statement === pending.text)) {
      this.#settle(session, refused);
    } else if (refused !== undefined && statement !== "" && this.#isWanted(record)) {
      // What does not parse is not logged before.
      this.#observe({ record, text: statement, named: undefined }, refused);
    }
  }

  #observe({ record, text, named }: Pending, refusal: string | undefined): void {
    const session = this.#session(record.session);
    if (named === undefined) {
      const before = /^prepare: ([\s\S]*)$/.exec(record.detail)?.[1];
      // EXECUTE of a statement that was prepared before the log began.
      if (before !== undefined) this.#query(session, before, undefined);
      this.#query(session, this.#shapes.standIn(text), refusal);
      return;
    }
    const prepared = this.#preparedText(text, named);
    if (refusal !== undefined) {
      this.collector.observe({ kind: "not-prepared", session, prepared, refusal });
      return;
    }
    const values = this.#samples ? valuesOf(record.detail) : undefined;
    this.collector.observe({ kind: "prepared", session, prepared });
    this.collector.observe({ kind: "executed", session, prepared, values });
  }

  #query(session: Session, text: string, refusal: string | undefined): void {
    const completed = refusal === undefined ? Number.POSITIVE_INFINITY : 0;
    this.collector.observe({ kind: "query", session, text: Buffer.from(text), completed, refusal });
  }

  #session(id: string): Session {
    const known = this.#sessions.get(id) ?? { sqlPrepared: new Map() };
    this.#sessions.delete(id);
    this.#sessions.set(id, known);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > mostSessions && oldest !== undefined) this.#sessions.delete(oldest);
    return known;
  }

  #preparedText(sent: string, named: boolean): PreparedText {
    // A client that writes its values into the texts sends as many texts as values.
    const text = this.#shapes.standIn(sent);
    const key = `${String(named)} ${text}`;
    const known = this.#prepared.get(key);
    if (known !== undefined) return known;
    const prepared = { text: Buffer.from(text), declaredTypes: [], describedTypes: undefined, named };
    if (this.#prepared.size >= mostPrepared) this.#prepared.clear();
    this.#prepared.set(key, prepared);
    return prepared;
  }
}

const message =
  /^(?<duration>duration: [\d.]+ ms {2})?(?<verb>statement|execute fetch from|execute|parse|bind)(?: (?<name>[\s\S]*?))?: (?<text>[\s\S]*)$/;

function statementIn(
  logged: string,
): { isDone: boolean; verb: string; name: string; text: string } | undefined {
  const { duration, verb = "", name = "", text = "" } = message.exec(logged)?.groups ?? {};
  return verb === "" ? undefined : { isDone: duration !== undefined, verb, name, text };
}

/** As in a recording: the statement does not fit (class 42, 3F, 26), or the server did not look at it. */
function isRefusal(sqlstate: string): boolean {
  return /^(?:42|3F|26)/.test(sqlstate) || sqlstate === inFailedTransaction;
}

function valuesOf(detail: string): BoundValue[] | undefined {
  return parametersIn(detail)?.map((value) =>
    value === null ? null : { format: "text", bytes: Buffer.from(value) },
  );
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function countUpTo(counts: Map<string, number>, key: string): void {
  if (counts.has(key) || counts.size < mostNames) count(counts, key);
}
