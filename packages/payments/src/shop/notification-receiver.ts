import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

/** What the merchants have heard. */
export interface NotificationFigures {
  received: number;
  /** Signatures that don't fit, or bodies that are no notification. */
  wrong: number;
  /** Payments that a merchant wants to hear of and hasn't yet. */
  waiting: number;
}

const mostWaiting = 100_000;
const closed = "closed";

/** The merchants' own server, which notifications are sent to: counts them, and checks each signature. */
export class NotificationReceiver {
  #received = 0;
  #wrong = 0;
  readonly #waiting = new Set<string>();
  readonly #webhooks = new Map<number, Promise<Webhook>>();
  readonly #secretOf: (merchant: number) => Promise<string>;
  readonly #server = createServer((request, response) => void this.#take(request, response));

  /** `secretOf` asks for the secret of a merchant, by its place among them. */
  constructor(secretOf: (merchant: number) => Promise<string>) {
    this.#secretOf = secretOf;
  }

  async listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    await promise;
  }

  urlOf(merchant: number): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
    return `http://127.0.0.1:${String(address.port)}/${String(merchant)}`;
  }

  /** An address at which a merchant wants to hear of nothing any more. */
  closedUrlOf(merchant: number): string {
    return `${this.urlOf(merchant)}/${closed}`;
  }

  /** A merchant wants to hear of this payment. */
  expect(payment: string): void {
    if (this.#waiting.size < mostWaiting) this.#waiting.add(payment);
  }

  figures(): NotificationFigures {
    return { received: this.#received, wrong: this.#wrong, waiting: this.#waiting.size };
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.endsWith(`/${closed}`) === true) {
      request.resume();
      response.writeHead(410).end();
      return;
    }
    let status = 204;
    try {
      const body = await text(request);
      const webhook = await this.#webhookOf(Number(request.url?.slice(1)));
      const { id } = webhook.verify(body, request.headers as Record<string, string>) as { id: string };
      this.#received += 1;
      this.#waiting.delete(id);
    } catch {
      this.#wrong += 1;
      status = 400;
    }
    response.writeHead(status).end();
  }

  async #webhookOf(merchant: number): Promise<Webhook> {
    let webhook = this.#webhooks.get(merchant);
    if (webhook === undefined) {
      webhook = this.#secretOf(merchant).then((secret) => new Webhook(secret));
      this.#webhooks.set(merchant, webhook);
      // One that could not be asked for is asked for again.
      webhook.catch(() => this.#webhooks.delete(merchant));
    }
    return webhook;
  }
}
