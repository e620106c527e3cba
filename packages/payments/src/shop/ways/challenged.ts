import { request } from "undici";
import { rightCode } from "../../acquirer/operations/answer-challenge.ts";
import { createOrder } from "../create-order.ts";
import { FailedPayment } from "../failed-payment.ts";
import type { Order, Store } from "../merchant.ts";
import { checkPaid, payByCard } from "../pay-by-card.ts";

const timeoutMs = 5_000;

/** A card holder who has to prove who they are at their bank, and comes back (3-D Secure). */
export async function beChallenged(store: Store): Promise<Order> {
  const order = await createOrder(store);
  const { challenge_url: url } = await payByCard(store, { order, card: "challenge", expect: 202 });
  await answerBank(String(url));
  await store.api.visit({ step: "return", path: `/pay/${order.id}/return` });
  const seen = await checkPaid(store, order);
  if (seen["is_3ds"] !== true) throw new FailedPayment("get", "not authenticated");
  return order;
}

async function answerBank(url: string): Promise<void> {
  try {
    const answer = await request(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ code: rightCode }).toString(),
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    await answer.body.dump();
    if (answer.statusCode < 400) return;
    throw new FailedPayment("challenge", `http ${String(answer.statusCode)}`);
  } catch (error) {
    if (error instanceof FailedPayment) throw error;
    throw new FailedPayment("challenge", (error as { code?: string }).code ?? "no answer");
  }
}
