import { newIdentifier } from "../../payments/identifier.ts";
import { isRefundable, mostRefunds } from "../../payments/refundable.ts";
import type { Caller, Context } from "../context.ts";
import { findPayment } from "../find-payment.ts";
import { KeyTakenOver, Refusal } from "../refusal.ts";
import type { RefundFacts } from "../render-refund.ts";
import type { KeyRow } from "../statements/idempotency.ts";
import type { PaymentRow } from "../statements/payment-row.ts";

export interface WantedRefund {
  caller: Caller;
  id: string;
  /** All that is left when it is left out. */
  amount?: number;
  metadata?: Record<string, unknown> | null;
  idempotencyKey: string | null;
}

/**
 * Takes a refund out of what is left of a payment, before the acquirer is asked for it. Throws a 400 `Refusal`
 * that says why when it can't be.
 */
export async function reserveRefund(
  context: Context,
  { payment, wanted }: { payment: PaymentRow; wanted: WantedRefund },
): Promise<RefundFacts> {
  const { database, statements } = context;
  const refund: RefundFacts = {
    id: newIdentifier("re"),
    payment_id: payment.id,
    amount_cents: amountOf(context, { payment, wanted }),
    metadata: wanted.metadata ?? null,
    created_at: Math.floor(Date.now() / 1_000),
    is_live: payment.is_live,
  };
  const values = [
    payment.id,
    wanted.caller.merchantId,
    wanted.caller.isLive,
    refund.id,
    refund.amount_cents,
    refund.metadata,
    refund.created_at,
    wanted.idempotencyKey,
  ];
  const reserved = await database.run(statements.reserveRefund, values).catch((error: unknown) => {
    throw isOwingTooMuch(error)
      ? new Refusal(400, "The refund is more than you may owe us: wait for further payments.", {
          amount: "is not covered by what you are owed",
        })
      : error;
  });
  if (reserved.length === 0) throw await whyNot(context, wanted);
  return refund;
}

/** How much the refund is to be; throws when so much is not there, as far as can be seen yet. */
function amountOf(
  { release }: Context,
  { payment, wanted }: { payment: PaymentRow; wanted: WantedRefund },
): number {
  const status = release.statusOf(payment);
  if (status !== "paid") throw new Refusal(400, `The payment is ${status}: there is nothing to refund.`);
  if (!isRefundable(payment.paid_at, Date.now())) {
    throw new Refusal(400, "The payment was paid too long ago to be refunded.");
  }
  const left = payment.amount_cents - payment.amount_refunded_cents - payment.amount_refunding_cents;
  const amountCents = wanted.amount ?? left;
  if (amountCents <= left && amountCents > 0) return amountCents;
  throw new Refusal(400, "The refund is more than what is left of the payment.", {
    amount: `at most ${String(left)} cents were left`,
  });
}

/** Why nothing was reserved although it looked possible: something has happened since, or it was once too often. */
async function whyNot(context: Context, wanted: WantedRefund): Promise<Refusal> {
  const { caller, idempotencyKey } = wanted;
  if (idempotencyKey !== null) {
    const owner = [caller.merchantId, caller.isLive, idempotencyKey];
    const [key] = await context.database.run<KeyRow>(context.statements.findKey, owner);
    if (key === undefined || key.subject_id !== null) return new KeyTakenOver();
  }
  const payment = await findPayment(context, wanted);
  amountOf(context, { payment, wanted });
  return new Refusal(400, "The payment can't be refunded again.", {
    refund: `a payment can be refunded ${String(mostRefunds)} times`,
  });
}

/** True for the error of the CHECK that keeps what a merchant is owed within the policy. */
function isOwingTooMuch(error: unknown): boolean {
  const { code, constraint } = error as { code?: string; constraint?: string };
  return code === "23514" && constraint === "merchant_balances_policy";
}
