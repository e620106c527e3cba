import { isUtf8 } from "node:buffer";
import { analyseText, type AnalysedStatement } from "./analyse.ts";
import { newEntry, noteAccepted, noteSample, type Entry } from "./entry.ts";
import type { BoundValue } from "./frontend-message.ts";
import {
  inFailedTransaction,
  type LeftOutReason,
  type Observation,
  type Observer,
  type PreparedText,
  type Session,
} from "./observation.ts";
import { sampleValue } from "./sample-value.ts";
import { TextCache } from "./text-cache.ts";

/** What may wait to be looked at; beyond, observations are counted as left out. */
const mostWaiting = 100_000;
const mostWaitingBytes = 64 * 1024 * 1024;
/** How long the collector works at a stretch, so that bytes in flight wait no longer for it. */
const stretchMs = 2;
/** How many different statements and schema constants are kept. */
const mostEntries = 50_000;
const mostVocabulary = 50_000;

/**
 * Turns observations into entries, one for each statement (see `statementKey`). Observing only queues: parsing takes 0.1 to
 * 0.5 ms a text and is done between the traffic, in stretches of 2 ms.
 */
export class Collector implements Observer {
  /** By key. */
  readonly entries = new Map<string, Entry>();
  readonly leftOutCounts = new Map<LeftOutReason, number>();
  /** String constants of the schema changes that went by. */
  readonly vocabulary = new Set<string>();
  readonly #samples: boolean;
  readonly #waiting: Observation[] = [];
  readonly #analysed = new TextCache<AnalysedStatement[] | undefined>();
  readonly #ofPrepared = new WeakMap<PreparedText, AnalysedStatement[] | LeftOutReason>();
  #waitingBytes = 0;
  #next = 0;
  #scheduled = false;

  constructor({ samples }: { samples: boolean }) {
    this.#samples = samples;
  }

  observe(observation: Observation): void {
    const size = sizeOf(observation);
    if (
      this.#waiting.length - this.#next >= mostWaiting ||
      (this.#waitingBytes > 0 && this.#waitingBytes + size > mostWaitingBytes)
    ) {
      this.leftOut("overflow");
      return;
    }
    this.#waitingBytes += size;
    this.#waiting.push(observation);
    this.#schedule();
  }

  leftOut(reason: LeftOutReason, count = 1): void {
    this.leftOutCounts.set(reason, (this.leftOutCounts.get(reason) ?? 0) + count);
  }

  /** Looks at everything that still waits. */
  drain(): void {
    this.#work(Number.POSITIVE_INFINITY);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#work(performance.now() + stretchMs);
      if (this.#next < this.#waiting.length) this.#schedule();
    });
  }

  #work(until: number): void {
    while (this.#next < this.#waiting.length && performance.now() < until) {
      const observation = this.#waiting[this.#next];
      this.#next += 1;
      if (observation === undefined) break;
      this.#waitingBytes -= sizeOf(observation);
      this.#take(observation);
    }
    if (this.#next === this.#waiting.length || this.#next >= 10_000) {
      this.#waiting.splice(0, this.#next);
      this.#next = 0;
    }
  }

  #take(observation: Observation): void {
    switch (observation.kind) {
      case "query":
        this.#takeQuery(observation);
        return;
      case "prepared":
        this.#takePrepared(observation);
        return;
      case "not-prepared":
        this.#takeRefusal(this.#preparedStatement(observation.prepared));
        return;
      case "executed":
        this.#takeExecution(observation);
        return;
      default:
        observation satisfies never;
    }
  }

  #takeQuery({ session, text, completed, refusal }: Observation & { kind: "query" }): void {
    const statements = this.#analyse(text);
    if (typeof statements === "string") {
      this.leftOut(statements === "does-not-parse" && refusal !== undefined ? "refused" : statements);
      return;
    }
    for (const [index, statement] of statements.entries()) {
      if (refusal === undefined || index < completed) this.#takeCall(session, statement, []);
      else if (index > completed) return;
      else if (isRefusal(refusal)) this.#takeRefusal(statement);
      else this.#takeCall(session, statement, []);
    }
  }

  #takePrepared({ prepared }: Observation & { kind: "prepared" }): void {
    const statement = this.#preparedStatement(prepared);
    if (statement?.kind !== "workload") return;
    const entry = this.#entry(statement);
    if (entry === undefined) return;
    noteAccepted(entry, statement, 0);
    entry.prepared ||= prepared.named;
    for (const [index, type] of prepared.declaredTypes.entries()) {
      const types = (entry.declaredTypes[index] ??= new Set());
      if (type !== 0) types.add(type);
    }
  }

  #takeExecution({ session, prepared, values }: Observation & { kind: "executed" }): void {
    const statement = this.#preparedStatement(prepared);
    if (statement === undefined) {
      const reason = this.#ofPrepared.get(prepared);
      if (typeof reason === "string") this.leftOut(reason);
      return;
    }
    const types = prepared.describedTypes ?? prepared.declaredTypes;
    this.#takeCall(session, statement, this.#samples ? sampleOf(values, types) : undefined);
  }

  #takeCall(
    session: Session,
    statement: AnalysedStatement,
    parameters: readonly (string | null)[] | undefined,
  ): void {
    if (statement.kind === "prepare" && statement.preparedName !== undefined) {
      if (session.sqlPrepared.size < mostEntries) session.sqlPrepared.set(statement.preparedName, statement);
      const entry = this.#entry(statement);
      if (entry === undefined) return;
      noteAccepted(entry, statement, 0);
      entry.prepared = true;
    } else if (statement.kind === "execute") {
      this.#takeSqlExecute(session, statement);
    } else if (statement.kind === "workload") {
      this.#noteCall(statement, parameters);
    } else if (statement.kind !== "cursor" && statement.kind !== "prepare") {
      this.leftOut(statement.kind);
      if (this.vocabulary.size < mostVocabulary) {
        for (const word of statement.vocabulary) this.vocabulary.add(word);
      }
    }
  }

  #takeSqlExecute(session: Session, execute: AnalysedStatement): void {
    const prepared = session.sqlPrepared.get(execute.preparedName ?? "");
    if (prepared === undefined) {
      this.leftOut("unknown-statement");
      return;
    }
    this.#noteCall(
      prepared,
      execute.constants.map(({ value }) => value),
    );
  }

  #noteCall(statement: AnalysedStatement, parameters: readonly (string | null)[] | undefined): void {
    const entry = this.#entry(statement);
    if (entry === undefined) return;
    noteAccepted(entry, statement, 1);
    if (this.#samples && parameters !== undefined) {
      noteSample(entry, { parameters, constants: statement.constants.map(({ value }) => value) });
    }
  }

  #takeRefusal(statement: AnalysedStatement | undefined): void {
    if (statement === undefined) {
      this.leftOut("refused");
    } else if (statement.kind === "workload" || statement.kind === "prepare") {
      const entry = this.#entry(statement);
      if (entry !== undefined) entry.refusals += 1;
    } else if (statement.kind !== "execute" && statement.kind !== "cursor") {
      this.leftOut(statement.kind);
    }
  }

  #entry(statement: AnalysedStatement): Entry | undefined {
    let entry = this.entries.get(statement.key);
    if (entry === undefined) {
      if (this.entries.size >= mostEntries) {
        this.leftOut("overflow");
        return undefined;
      }
      entry = newEntry(statement);
      this.entries.set(statement.key, entry);
    }
    entry.name ??= statement.name;
    return entry;
  }

  #preparedStatement(prepared: PreparedText): AnalysedStatement | undefined {
    let analysed = this.#ofPrepared.get(prepared);
    if (analysed === undefined) {
      analysed = this.#analyse(prepared.text);
      this.#ofPrepared.set(prepared, analysed);
    }
    return typeof analysed === "string" ? undefined : analysed[0];
  }

  #analyse(text: Buffer): AnalysedStatement[] | LeftOutReason {
    if (!isUtf8(text)) return "not-utf8";
    const sent = text.toString("utf8");
    return this.#analysed.get(sent, () => analyseText(sent)) ?? "does-not-parse";
  }
}

/** Refusals say that the statement itself does not fit (class 42, 3F, 26) or that the server did not look at it. */
function isRefusal(state: string): boolean {
  return /^(?:42|3F|26)/.test(state) || state === inFailedTransaction;
}

function sampleOf(
  values: readonly BoundValue[] | undefined,
  types: readonly number[],
): (string | null)[] | undefined {
  if (values === undefined) return undefined;
  const sample = values.map((value, index) => sampleValue(value, types[index] ?? 0));
  return sample.every((value) => value !== undefined) ? sample : undefined;
}

function sizeOf(observation: Observation): number {
  // A prepared text is shared by all its executions; only its values count there.
  const text = observation.kind === "query" ? observation.text.length : 0;
  const values = observation.kind === "executed" ? (observation.values ?? []) : [];
  return values.reduce((sum, value) => sum + (value?.bytes.length ?? 0), text + 100);
}
