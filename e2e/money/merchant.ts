import { setTimeout as sleep } from "node:timers/promises";
import { testCards } from "../../packages/payments/src/acquirer/test-cards.ts";
import { answerChallenge } from "../../packages/payments/src/testing/answer-challenge.ts";
import type { Acknowledged } from "./acknowledged.ts";

type Json = Record<string, unknown>;

/** How long a client goes on asking; what it has not learned by then it leaves to be found out later. */
const patienceMs = 30_000;
const pauseMs = 100;

interface Request {
  method: string;
  path: string;
  key?: string;
  idempotencyKey?: string;
  body?: object;
}

/** A merchant and its card holders, as patient as real ones: whatever gets no clear answer is asked again. */
export class Merchant {
  readonly #api: string;
  readonly #key: string;
  readonly #random: () => number;
  readonly #said: Acknowledged;
  readonly #receiver: string;

  constructor(options: {
    api: string;
    key: string;
    random: () => number;
    said: Acknowledged;
    receiver: string;
  }) {
    this.#api = options.api;
    this.#key = options.key;
    this.#random = options.random;
    this.#said = options.said;
    this.#receiver = options.receiver;
  }

  /** One payment with whatever a merchant does to it. */
  async buy(): Promise<void> {
    const deferred = this.#random() < 0.2;
    const amountCents = 99 + Math.floor(this.#random() * 20_000);
    const id = await this.#create(amountCents, deferred);
    if (id === undefined) return;
    if (this.#random() < 0.08) return this.#patch(id, { aborted: true }, ["aborted"]);
    await this.#pay(id);
    const payment = await this.#decided(id);
    if (payment === undefined) return;
    if (deferred && payment["failure"] === null) {
      if (this.#random() < 0.3) await this.#patch(id, { aborted: true }, ["aborted"]);
      else await this.#patch(id, { captured: true }, ["paid"]);
    }
    if (payment["is_paid"] === true && this.#random() < 0.5) await this.#refunds(id, amountCents);
  }

  async #create(amountCents: number, deferred: boolean): Promise<string | undefined> {
    const idempotencyKey = this.#newKey();
    const amount = deferred
      ? { authorized_amount: amountCents, auto_capture: false }
      : { amount: amountCents };
    const answer = await this.#until(
      {
        method: "POST",
        path: "/v1/payments",
        key: this.#key,
        idempotencyKey,
        body: { ...amount, currency: "EUR", notification_url: this.#receiver },
      },
      [201],
    );
    if (answer === undefined) return undefined;
    const id = String(answer["id"]);
    this.#said.payment(idempotencyKey, id);
    return id;
  }

  async #pay(id: string): Promise<void> {
    const cards = [
      testCards.approved,
      testCards.approved,
      testCards.approved,
      testCards.declined,
      testCards.approvedAnswerLost,
      testCards.declinedAnswerLost,
      testCards.answeredTwice,
      testCards.challenge,
    ];
    const body = {
      card_number: cards[Math.floor(this.#random() * cards.length)],
      expiry: "12/40",
      cvv: "123",
    };
    // 409: somebody is charging a card for it already, which may have been our own request whose answer was lost.
    const answer = await this.#until({ method: "POST", path: `/pay/${id}`, body }, [200, 202, 409]);
    const challenge = answer?.["challenge_url"];
    if (typeof challenge === "string") await this.#challenge(id, challenge);
  }

  async #challenge(id: string, url: string): Promise<void> {
    const code = this.#random() < 0.7 ? undefined : "111111";
    for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs;) {
      try {
        await answerChallenge(url, code);
        // The browser comes back to the page; now and then the card holder closes it first, and the worker finds out.
        if (this.#random() < 0.8) await (await fetch(`${this.#api}/pay/${id}/return`)).arrayBuffer();
        return;
      } catch {
        await sleep(pauseMs);
      }
    }
  }

  /** The payment once it is decided: paid, authorized or failed. */
  async #decided(id: string): Promise<Json | undefined> {
    for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await sleep(pauseMs)) {
      const payment = await this.#until({ method: "GET", path: `/v1/payments/${id}`, key: this.#key }, [200]);
      if (payment === undefined) return undefined;
      const { is_paid: isPaid, failure, authorization } = payment as Record<string, Json | boolean | null>;
      if (isPaid === true) this.#said.outcome(id, "paid");
      else if (failure !== null) {
        const aborted = (failure as Json)["code"] === "aborted";
        this.#said.outcome(id, aborted ? "aborted" : "failed");
      } else if (((authorization as Json | null)?.["authorized_at"] ?? null) === null) continue;
      return payment;
    }
    return undefined;
  }

  async #patch(id: string, body: object, outcomes: readonly ("paid" | "aborted")[]): Promise<void> {
    const path = `/v1/payments/${id}`;
    const answer = await this.#until({ method: "PATCH", path, key: this.#key, body }, [200, 400, 409]);
    const failure = answer?.["failure"] as Json | null | undefined;
    const seen =
      answer?.["is_paid"] === true ? "paid" : failure?.["code"] === "aborted" ? "aborted" : undefined;
    if (seen !== undefined && outcomes.includes(seen)) this.#said.outcome(id, seen);
  }

  /** Several at once, together more than was paid now and then: only what fits may be given back. */
  async #refunds(id: string, amountCents: number): Promise<void> {
    const part = Math.max(10, Math.floor(amountCents * (0.3 + this.#random() * 0.4)));
    const refund = async (): Promise<void> => {
      const request = {
        method: "POST",
        path: `/v1/payments/${id}/refunds`,
        key: this.#key,
        idempotencyKey: this.#newKey(),
        body: { amount: part },
      };
      const answer = await this.#until(request, [201, 400]);
      if (answer?.["object"] === "refund") this.#said.refund(String(answer["id"]), id, part);
    };
    await Promise.all([refund(), refund()]);
  }

  #newKey(): string {
    return `key-${Math.floor(this.#random() * 2 ** 48).toString(36)}-${Math.floor(this.#random() * 2 ** 48).toString(36)}`;
  }

  /** Asks until one of the statuses comes; undefined when none did in time. */
  async #until(request: Request, statuses: readonly number[]): Promise<Json | undefined> {
    for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await sleep(pauseMs)) {
      try {
        const answer = await fetch(`${this.#api}${request.path}`, {
          method: request.method,
          headers: {
            accept: "application/json",
            ...(request.key === undefined ? {} : { authorization: `Bearer ${request.key}` }),
            ...(request.idempotencyKey === undefined ? {} : { "idempotency-key": request.idempotencyKey }),
            ...(request.body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        });
        const json = (await answer.json()) as Json;
        if (statuses.includes(answer.status)) {
          // A key that is still being worked on is no answer yet.
          if (answer.status !== 409 || request.idempotencyKey === undefined) return json;
        } else if (answer.status < 500 && answer.status !== 409) {
          this.#said.contradictions.push(
            `${request.method} ${request.path}: ${String(answer.status)} ${JSON.stringify(json)}`,
          );
          return undefined;
        }
      } catch {
        // No answer, or half of one: whoever is responsible is down. Asked again.
      }
    }
    return undefined;
  }
}
