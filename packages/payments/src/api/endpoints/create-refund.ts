import type { Settled } from "../../acquirer/client.ts";
import type { Answer, Context } from "../context.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { findPayment } from "../find-payment.ts";
import { once, readIdempotencyKey } from "../idempotency.ts";
import { reserveRefund, type WantedRefund } from "../paying/reserve-refund.ts";
import { Refusal } from "../refusal.ts";
import { answerRefund, type RefundFacts } from "../render-refund.ts";
import { metadata } from "../schemas.ts";
import { settleRefund } from "../settle-refund.ts";

interface Body {
  amount?: number;
  metadata?: Record<string, unknown> | null;
}

/** POST /v1/payments/{id}/refunds: gives `amount` cents back, or all that is left. 201. */
export const createRefund: Endpoint = {
  method: "POST",
  path: "/v1/payments/:id/refunds",
  access: "merchant",
  body: {
    type: ["object", "null"],
    properties: { amount: { type: "integer", minimum: 10, maximum: 2_000_000 }, metadata },
    additionalProperties: false,
  },
  async handle(context, request) {
    const { caller } = request;
    const id = parameter(request, "id");
    const key = readIdempotencyKey(request, `POST /v1/payments/${id}/refunds`);
    const wanted = { ...(request.body as Body | null), caller, id, idempotencyKey: key?.key ?? null };
    if (key === undefined) return refund(context, wanted);
    return once(context, { ...key, caller }, async () => refund(context, wanted));
  },
};

async function refund(context: Context, wanted: WantedRefund): Promise<Answer> {
  const payment = await findPayment(context, wanted);
  const reserved = await reserveRefund(context, { payment, wanted });
  const outcome = await askAcquirer(context, { refund: reserved, authorisation: payment.attempt_id });
  await settleRefund(context, { reference: reserved.id, outcome });
  return answerRefund(reserved, outcome.state === "approved" ? null : outcome.code);
}

async function askAcquirer(
  { acquirer }: Context,
  { refund: wanted, authorisation }: { refund: RefundFacts; authorisation: string | null },
): Promise<Settled> {
  if (authorisation === null) throw new Error("only a payment with an attempt can be reserved for a refund");
  let outcome = await acquirer.refund({
    reference: wanted.id,
    authorisation,
    amountCents: wanted.amount_cents,
  });
  if (outcome.state === "unknown") outcome = await acquirer.inquire(wanted.id);
  if (outcome.state === "unknown" || outcome.state === "challenge") {
    throw new Refusal(504, "The acquirer has not said yet whether it gave the money back.", {
      id: "ask for the payment's refunds again in a moment; it will be settled once",
    });
  }
  return outcome;
}
