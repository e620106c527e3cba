import { setTimeout as sleep } from "node:timers/promises";
import { testCards } from "../../packages/payments/src/acquirer/test-cards.ts";
import type { Access } from "../../packages/payments/src/seed/access.ts";
import { terminalPayment } from "../../packages/payments/src/testing/platform.ts";
import type { Acknowledged } from "./acknowledged.ts";
import { saleToPoiRequest } from "../../packages/payments/src/terminals/nexo/sale-to-poi-request.ts";

type Json = Record<string, unknown>;
type Terminal = Access["terminals"][number];

const patienceMs = 30_000;
const pauseMs = 100;

/** A till with one terminal: it sends each payment once and asks with TransactionStatus when no answer comes. */
export class Till {
  readonly #url: string;
  readonly #terminal: Terminal;
  readonly #random: () => number;
  readonly #said: Acknowledged;
  #services = 0;

  constructor(options: { url: string; terminal: Terminal; random: () => number; said: Acknowledged }) {
    this.#url = options.url;
    this.#terminal = options.terminal;
    this.#random = options.random;
    this.#said = options.said;
  }

  async logIn(): Promise<void> {
    const request = { DateTime: "2026-01-01T00:00:00Z" };
    for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await sleep(pauseMs)) {
      if (resultOf(await this.#send("Login", this.#newService(), request)) === "Success") return;
    }
    throw new Error(`terminal ${this.#terminal.poiId} can't log in`);
  }

  async sell(): Promise<void> {
    const serviceId = this.#newService();
    const card = this.#random() < 0.8 ? testCards.approvedMastercard : testCards.approvedAnswerLost;
    const cents = 99 + Math.floor(this.#random() * 9_000);
    const sent = await this.#send("Payment", serviceId, terminalPayment(cents / 100, card));
    const result = resultOf(sent) ?? (await this.#ask(serviceId));
    if (result !== undefined) this.#said.terminal(`${this.#terminal.poiId}/${serviceId}`, result);
  }

  async #ask(serviceId: string): Promise<"Success" | "Failure" | undefined> {
    const request = { MessageReference: { SaleID: "till", ServiceID: serviceId } };
    for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await sleep(pauseMs)) {
      const answer = await this.#send("TransactionStatus", this.#newService(), request);
      const repeated = (answer?.["RepeatedMessageResponse"] as Json | undefined)?.[
        "RepeatedResponseMessageBody"
      ];
      const payment = (repeated as Json | undefined)?.["PaymentResponse"] as Json | undefined;
      if (payment !== undefined) return resultOf(payment);
      // The terminal never got through: nothing was charged, and nothing is known of it.
      if (conditionOf(answer) === "NotFound") return undefined;
    }
    return undefined;
  }

  async #send(category: string, serviceId: string, request: object): Promise<Json | undefined> {
    try {
      const answer = await fetch(`${this.#url}/nexo`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${this.#terminal.token}`,
          "content-type": "application/json",
        },
        body: JSON.stringify(
          saleToPoiRequest({ category, request, serviceId, saleId: "till", poiId: this.#terminal.poiId }),
        ),
      });
      if (!answer.ok) return undefined;
      const message = (await answer.json()) as { SaleToPOIResponse?: Record<string, Json> };
      return message.SaleToPOIResponse?.[`${category}Response`];
    } catch {
      // No answer: the till asks what became of it.
      return undefined;
    }
  }

  #newService(): string {
    this.#services += 1;
    return `service-${String(this.#services)}`;
  }
}

function resultOf(answer: Json | undefined): "Success" | "Failure" | undefined {
  const response = answer?.["Response"] as { Result?: string } | undefined;
  // These say that it is not decided, or not known, yet.
  const open = ["InProgress", "UnavailableService", "Busy"];
  if (response?.Result === undefined || open.includes(conditionOf(answer) ?? "")) return undefined;
  return response.Result === "Success" ? "Success" : "Failure";
}

function conditionOf(answer: Json | undefined): string | undefined {
  return (answer?.["Response"] as { ErrorCondition?: string } | undefined)?.ErrorCondition;
}
