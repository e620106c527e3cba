import type { Settled } from "../../acquirer/client.ts";
import { newIdentifier } from "../../payments/identifier.ts";
import { isRefundable } from "../../payments/refundable.ts";
import type { Answer, Caller, Context } from "../context.ts";
import { parameter, type Endpoint } from "../endpoint.ts";
import { findPayment } from "../find-payment.ts";
import { once, readIdempotencyKey } from "../idempotency.ts";
import { Refusal } from "../refusal.ts";
import { answerRefund, type RefundFacts } from "../render-refund.ts";
import { metadata } from "../schemas.ts";
import { settleRefund } from "../settle-refund.ts";
import type { PaymentRow } from "../statements/payment-row.ts";

interface Body {
  amount?: number;
  metadata?: Record<string, unknown> | null;
}

interface Wanted extends Body {
  caller: Caller;
  id: string;
  idempotencyKey: string | null;
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

async function refund(context: Context, wanted: Wanted): Promise<Answer> {
  const payment = await findPayment(context, wanted);
  const reserved = await reserve(context, { payment, wanted });
  const outcome = await askAcquirer(context, { refund: reserved, authorisation: payment.attempt_id });
  await settleRefund(context, { reference: reserved.id, outcome });
  return answerRefund(reserved, outcome.state === "approved" ? null : outcome.code);
}

async function reserve(
  { database, statements, release }: Context,
  { payment, wanted }: { payment: PaymentRow; wanted: Wanted },
): Promise<RefundFacts> {
  const status = release.statusOf(payment);
  if (status !== "paid") throw new Refusal(400, `The payment is ${status}: there is nothing to refund.`);
  if (!isRefundable(payment.paid_at, Date.now())) {
    throw new Refusal(400, "The payment was paid too long ago to be refunded.");
  }
  const left = payment.amount_cents - payment.amount_refunded_cents - payment.amount_refunding_cents;
  const amountCents = wanted.amount ?? left;
  const tooMuch = new Refusal(400, "The refund is more than what is left of the payment.", {
    amount: `at most ${String(left)} cents were left`,
  });
  if (amountCents > left || amountCents === 0) throw tooMuch;
  const refundFacts: RefundFacts = {
    id: newIdentifier("re"),
    payment_id: payment.id,
    amount_cents: amountCents,
    metadata: wanted.metadata ?? null,
    created_at: Math.floor(Date.now() / 1_000),
    is_live: payment.is_live,
  };
  const values = [
    payment.id,
    wanted.caller.merchantId,
    wanted.caller.isLive,
    refundFacts.id,
    amountCents,
    refundFacts.metadata,
    refundFacts.created_at,
    wanted.idempotencyKey,
  ];
  const reserved = await database.run(statements.reserveRefund, values).catch((error: unknown) => {
    throw isOwingTooMuch(error)
      ? new Refusal(400, "The refund is more than you may owe us: wait for further payments.", {
          amount: "is not covered by what you are owed",
        })
      : error;
  });
  // Another refund came between the look and the reservation and took what was left.
  if (reserved.length === 0) throw tooMuch;
  return refundFacts;
}

/** True for the error of the CHECK that keeps what a merchant is owed within the policy. */
function isOwingTooMuch(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === "23514" && constraint === "merchant_balances_policy";
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
