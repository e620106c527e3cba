import type { EventEmitter } from "node:events";
import type { Client } from "pg";

/** What PostgreSQL answers when it refuses a text. */
export interface ParseProblem {
  sqlstate: string;
  message: string;
  /** Where in the text, in characters counted from 1; undefined where the server does not say. */
  position?: number;
}

/** Whether a refusal says nothing about the statement: locks and limits, our own rights, faults of the server. */
export function saysNothing({ sqlstate }: ParseProblem): boolean {
  return (
    ["55P03", "57014", "40P01", "40001", "42501", "25P02"].includes(sqlstate) ||
    ["08", "53", "57", "58", "XX"].includes(sqlstate.slice(0, 2))
  );
}

/** What is run before and after each text, in simple queries that return no rows. */
export interface Around {
  before: string;
  after: string;
}

/** What pg's own client sends messages with. It is not in pg's types. */
interface Wire extends EventEmitter {
  stream: { cork(): void; uncork(): void };
  query(text: string): void;
  parse(message: { text: string }): void;
  describe(message: { type: "S"; name: string }): void;
  sync(): void;
}

/** What pg's client asks of a query that sends its own messages. */
interface Submitted {
  /** Set by the client where it has a query_timeout: ends the timer, which else would end a later query. */
  callback?: () => void;
  submit(connection: unknown): void;
  handleRowDescription(): void;
  handleCommandComplete(): void;
  handleReadyForQuery(): void;
  handleError(error: unknown): void;
}

type Listener = (...values: unknown[]) => void;

/** Events of the wire that pg's client would take for the end of its query while more answers are to come. */
const taken = ["readyForQuery", "errorMessage"] as const;

/**
 * Parse and Describe of each text, each by itself, all sent before the first answer is waited for. The answers
 * are in the order of the texts, undefined where PostgreSQL takes one. Rejects when the session is lost.
 *
 * With `around`, each text stands between two simple queries, such as the beginning and the end of a
 * transaction with settings of its own: locks go at once, and nothing is left in a session that a pooler
 * lends to others.
 */
export function parseAll(
  client: Client,
  texts: readonly string[],
  around?: Around,
): Promise<(ParseProblem | undefined)[]> {
  if (texts.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    const problems: (ParseProblem | undefined)[] = [];
    let problem: ParseProblem | undefined;
    let giveBack: (() => void) | undefined;
    let answers = 0;
    const query: Submitted = {
      submit(connection: unknown) {
        const wire = connection as Wire;
        giveBack = takeOver(wire, {
          errorMessage: (error) => void (problem ??= problemIn(error)),
          readyForQuery: (ready) => {
            answers += 1;
            if (around !== undefined && answers % 3 !== 0) return;
            problems.push(problem);
            problem = undefined;
            if (problems.length < texts.length) return;
            giveBack?.();
            wire.emit("readyForQuery", ready);
          },
        });
        wire.stream.cork();
        for (const text of texts) {
          if (around !== undefined) wire.query(around.before);
          wire.parse({ text });
          wire.describe({ type: "S", name: "" });
          wire.sync();
          if (around !== undefined) wire.query(around.after);
        }
        wire.stream.uncork();
      },
      handleRowDescription: () => undefined,
      handleCommandComplete: () => undefined,
      handleReadyForQuery() {
        query.callback?.();
        resolve(problems);
      },
      handleError(error: unknown) {
        query.callback?.();
        giveBack?.();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    };
    client.query(query);
  });
}

/** Puts listeners in the place of the client's own; the answer puts those back. */
function takeOver(wire: Wire, ours: Record<(typeof taken)[number], Listener>): () => void {
  const theirs = taken.map((event) => [event, wire.listeners(event) as Listener[]] as const);
  for (const event of taken) {
    wire.removeAllListeners(event);
    wire.on(event, ours[event]);
  }
  return () => {
    for (const [event, listeners] of theirs) {
      wire.removeAllListeners(event);
      for (const listener of listeners) wire.on(event, listener);
    }
  };
}

function problemIn(error: unknown): ParseProblem {
  const { code, message, position } = error as { code?: string; message?: string; position?: string };
  return {
    sqlstate: code ?? "XX000",
    message: message ?? String(error),
    ...(position === undefined ? {} : { position: Number(position) }),
  };
}
