import type { Socket } from "node:net";
import type { Problem } from "../problem.ts";
import { megabytes, seconds, type Limits } from "./limits.ts";

/** The session that is watched, from outside. Neither of its functions rejects. */
export interface Overseen {
  /** Counts what has come back. */
  stream: Pick<Socket, "bytesRead">;
  /** How long a statement may take. */
  statementMs: number;
  /** Ends the session on the server, whatever it is doing. */
  end(): Promise<void>;
  databaseBytes(): Promise<number>;
}

const everyMs = 100;
/** Asking for a size costs the server some work, so only statements that last are asked about. */
const sizeEveryMs = 1_000;

/**
 * Watches what a session takes while it works. SQL can undo every limit that the server itself is given
 * (`set statement_timeout = 0`), so these are held from outside: a session beyond them is ended.
 */
export class Overseer {
  readonly #session: Overseen;
  readonly #limits: Limits;
  readonly #endsAt: () => number;
  #timer: NodeJS.Timeout | undefined;
  #since = 0;
  #lookedAt = 0;
  #bytes = 0;
  #sizeAt = 0;
  #exceeded: Problem | undefined;

  /** `endsAt`: when the whole rehearsal is over, as performance.now() says it. */
  constructor(session: Overseen, { limits, endsAt }: { limits: Limits; endsAt: () => number }) {
    this.#session = session;
    this.#limits = limits;
    this.#endsAt = endsAt;
  }

  /** Which limit the session was ended for. */
  get exceeded(): Problem | undefined {
    return this.#exceeded;
  }

  /** A statement is sent, or the one before is answered and the next has begun. */
  begin(): void {
    this.#since = performance.now();
    this.#lookedAt = this.#since;
    this.#sizeAt = this.#since + sizeEveryMs;
    this.#bytes = this.#session.stream.bytesRead;
    // Statements that are over before anybody looks are held to the time of the whole, too.
    if (this.#since >= this.#endsAt()) void this.#exceedWhole();
    else this.#timer ??= setInterval(() => void this.#look(), everyMs).unref();
  }

  /** Nothing is under way any more. */
  rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    const now = performance.now();
    const { statementMs, stream } = this.#session;
    // While this process itself was busy, the answer may have come: that time doesn't count.
    this.#since += Math.max(0, now - this.#lookedAt - 2 * everyMs);
    this.#lookedAt = now;
    if (now >= this.#endsAt()) {
      await this.#exceedWhole();
    } else if (now - this.#since > statementMs + this.#limits.graceMs) {
      await this.#exceed("57014", `a statement may take ${seconds(statementMs)}`);
    } else if (stream.bytesRead - this.#bytes > this.#limits.answerBytes) {
      await this.#exceed("53400", `a statement may send back ${megabytes(this.#limits.answerBytes)}`);
    } else if (now >= this.#sizeAt) {
      this.#sizeAt = now + sizeEveryMs;
      const size = await this.#session.databaseBytes();
      if (this.#timer !== undefined && size > this.#limits.databaseBytes) {
        await this.#exceed("53100", `a database may grow to ${megabytes(this.#limits.databaseBytes)}`);
      }
    }
  }

  #exceedWhole(): Promise<void> {
    return this.#exceed("57014", `the whole rehearsal may take ${seconds(this.#limits.totalMs)}`);
  }

  async #exceed(sqlstate: string, limit: string): Promise<void> {
    this.rest();
    this.#exceeded ??= { sqlstate, message: `it was ended: ${limit}` };
    await this.#session.end();
  }
}
