import { Pool } from "undici";
import { FailedPayment } from "./failed-payment.ts";

export interface Call {
  /** The step of the payment, for the reason of a failure. */
  step: string;
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: object;
  /** The status that means success; any other one is a failed payment. */
  expect: number;
}

interface Server {
  url: string;
  pool: Pool;
  /** When it joined, by performance.now(). */
  since: number;
}

const timeoutMs = 5_000;
const connections = 64;
/** A server that joins others takes this long to get its full share: its code is not compiled yet. */
const slowStartMs = 3_000;

/**
 * A load balancer in front of a changing set of servers: requests in turn, none repeated. A server that is
 * taken out gets no new request and keeps its connections until the last answer is in.
 */
export class Balancer {
  #servers: Server[] = [];
  #next = 0;
  #leaving = new Set<Promise<void>>();

  constructor(urls: readonly string[]) {
    this.use(urls);
  }

  use(urls: readonly string[]): void {
    const staying = this.#servers.filter(({ url }) => urls.includes(url));
    const leaving = this.#servers.filter(({ url }) => !urls.includes(url));
    const known = new Set(staying.map(({ url }) => url));
    const joining = urls
      .filter((url) => !known.has(url))
      .map((url) => ({ url, pool: openPool(url), since: performance.now() }));
    this.#servers = [...staying, ...joining];
    for (const { pool } of leaving) {
      const gone: Promise<void> = pool.close().finally(() => this.#leaving.delete(gone));
      this.#leaving.add(gone);
    }
  }

  /** Sends one request and returns the answer's JSON. Throws `FailedPayment` for anything unexpected. */
  async call(call: Call): Promise<Record<string, unknown>> {
    const { status, text } = await this.#send(call);
    if (status !== call.expect) throw new FailedPayment(call.step, `http ${String(status)}`);
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** Goes to a page as a browser does. Throws `FailedPayment` when there is an error instead of it. */
  async visit({ step, path }: { step: string; path: string }): Promise<void> {
    const { status } = await this.#send({ step, path, method: "GET" });
    if (status >= 400) throw new FailedPayment(step, `http ${String(status)}`);
  }

  async #send({
    step,
    method,
    path,
    headers = {},
    body,
  }: Omit<Call, "expect">): Promise<{ status: number; text: string }> {
    const server = this.#pick();
    if (server === undefined) throw new FailedPayment(step, "no server");
    try {
      const answer = await server.pool.request({
        method,
        path,
        headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    } catch (error) {
      throw new FailedPayment(step, (error as { code?: string }).code ?? "no answer");
    }
  }

  #pick(): Server | undefined {
    const turn = this.#next++;
    const first = this.#servers[turn % Math.max(1, this.#servers.length)];
    if (first === undefined) return undefined;
    const isNew = performance.now() - first.since < slowStartMs * Math.random();
    return isNew
      ? this.#servers.reduce((oldest, other) => (other.since < oldest.since ? other : oldest))
      : first;
  }

  /** Resolves when no request is left at any server that was taken out. */
  async drained(): Promise<void> {
    await Promise.all(this.#leaving);
  }

  async close(): Promise<void> {
    this.use([]);
    await this.drained();
  }
}

function openPool(url: string): Pool {
  return new Pool(url, {
    connections,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: timeoutMs },
  });
}
