import { setTimeout as sleep } from "node:timers/promises";
import { testCards, type TestCard } from "../acquirer/test-cards.ts";
import type { Access } from "../seed/access.ts";

export interface Step {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  body?: object;
  idempotencyKey?: string;
  /** 200 when left out. */
  expect?: number;
}

type Json = Record<string, unknown>;

/** What the scenes of an exercise are played on: a running platform of one release. */
export interface Stage {
  /** Calls the Payment API as a merchant and returns the answer; throws when its status is another one. */
  call(step: Step): Promise<Json>;
  /** Calls until the status is right and the answer as wanted, for what the worker has to do first. */
  until(step: Step, wanted?: (answer: Json) => boolean): Promise<Json>;
  /** Creates a payment and returns its id. */
  create(more?: object): Promise<string>;
  /** Pays on the hosted page. */
  pay(id: string, card: TestCard, more?: { expect?: number; saveCard?: boolean }): Promise<Json>;
  /** Opens a page as a browser does, or sends its form; returns where it leads, if anywhere. */
  visit(url: string, form?: Record<string, string>): Promise<string | null>;
  /** Ends the acquirer, without a word to anybody, and starts it again on what it wrote down. */
  acquirer: { kill(): Promise<void>; restart(): Promise<void> };
  /** One more worker comes, which leaves no request the time to end by itself: everything from now on may be undone. */
  recoverAtOnce(): Promise<void>;
  /** An address of the merchant's that answers every notification with this status. */
  receiver(status: number): string;
  login: Access["login"];
}

const patienceMs = 20_000;

export function openStage(from: {
  apiUrl: string;
  access: Access;
  receiverUrl: string;
  acquirer: Stage["acquirer"];
  recoverAtOnce: Stage["recoverAtOnce"];
}): Stage {
  const { apiUrl, access, receiverUrl, acquirer, recoverAtOnce } = from;
  const ask = async ({ method = "GET", path, body, idempotencyKey }: Step): Promise<[number, string]> => {
    const answer = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${access.keys[0] ?? ""}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return [answer.status, await answer.text()];
  };
  const until: Stage["until"] = async (step, wanted = () => true) => {
    const end = Date.now() + patienceMs;
    for (;;) {
      const [status, text] = await ask(step);
      if (status === (step.expect ?? 200)) {
        const answer = JSON.parse(text) as Json;
        if (wanted(answer)) return answer;
      }
      if (Date.now() > end) throw new Error(`${step.path} stays ${String(status)} ${text}`);
      await sleep(50);
    }
  };
  const call: Stage["call"] = async (step) => {
    const [status, text] = await ask(step);
    if (status === (step.expect ?? 200)) return JSON.parse(text) as Json;
    throw new Error(`${step.method ?? "GET"} ${step.path}: ${String(status)} ${text}`);
  };
  const receiver: Stage["receiver"] = (status) => `${receiverUrl}/${String(status)}`;
  return {
    call,
    until,
    async create(more = {}) {
      const body = { amount: 1_999, currency: "EUR", notification_url: receiver(204), ...more };
      return String((await call({ method: "POST", path: "/v1/payments", body, expect: 201 }))["id"]);
    },
    async pay(id, card, { expect = 200, saveCard = false } = {}) {
      const body = { card_number: testCards[card], expiry: "12/40", cvv: "123", save_card: saveCard };
      return call({ method: "POST", path: `/pay/${id}`, body, expect });
    },
    async visit(url, form) {
      const answer = await fetch(new URL(url, apiUrl), {
        redirect: "manual",
        ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
      });
      const text = await answer.text();
      if (answer.status >= 400) throw new Error(`${url}: ${String(answer.status)} ${text}`);
      return answer.headers.get("location");
    },
    acquirer,
    recoverAtOnce,
    receiver,
    login: access.login,
  };
}
