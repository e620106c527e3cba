import type { EventEmitter } from "node:events";
import type { Client } from "pg";

/** What PostgreSQL answers when it refuses a text. */
export interface ParseProblem {
  sqlstate: string;
  message: string;
}

/** What pg's own client sends messages with. It is not in pg's types. */
interface Wire extends EventEmitter {
  stream: { cork(): void; uncork(): void };
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
  handleReadyForQuery(): void;
  handleError(error: unknown): void;
}

type Listener = (...values: unknown[]) => void;

/** Events of the wire that pg's client would take for the end of its query while more answers are to come. */
const taken = ["readyForQuery", "errorMessage"] as const;

/**
 * Parse and Describe of each text, each by itself, all sent before the first answer is waited for. The answers
 * are in the order of the texts, undefined where PostgreSQL takes one. Rejects when the session is lost.
 */
export function parseAll(client: Client, texts: readonly string[]): Promise<(ParseProblem | undefined)[]> {
  if (texts.length === 0) return Promise.resolve([]);
  return new Promise((resolve, reject) => {
    const problems: (ParseProblem | undefined)[] = [];
    let problem: ParseProblem | undefined;
    let giveBack: (() => void) | undefined;
    const query: Submitted = {
      submit(connection: unknown) {
        const wire = connection as Wire;
        giveBack = takeOver(wire, {
          errorMessage: (error) => void (problem ??= problemIn(error)),
          readyForQuery: (ready) => {
            problems.push(problem);
            problem = undefined;
            if (problems.length < texts.length) return;
            giveBack?.();
            wire.emit("readyForQuery", ready);
          },
        });
        wire.stream.cork();
        for (const text of texts) {
          wire.parse({ text });
          wire.describe({ type: "S", name: "" });
          wire.sync();
        }
        wire.stream.uncork();
      },
      handleRowDescription: () => undefined,
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
  const { code, message } = error as { code?: string; message?: string };
  return { sqlstate: code ?? "XX000", message: message ?? String(error) };
}
