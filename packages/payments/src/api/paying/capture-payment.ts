import type { Caller, Context } from "../context.ts";
import { findPayment } from "../find-payment.ts";
import { Refusal } from "../refusal.ts";
import type { ShownPaymentRow } from "../statements/payment-row.ts";
import { captureAuthorization } from "./capture-authorization.ts";
import { refuseUnlessClosed } from "./close-authorization.ts";

/**
 * Captures an authorized payment, or `amountCents` of it. Throws a `Refusal`: 400 for more than was authorized,
 * 404, 409 when there is nothing to capture (any more), 504 when the acquirer did not say.
 */
export async function capturePayment(
  context: Context,
  { target, amountCents }: { target: { caller: Caller; id: string }; amountCents: number | null },
): Promise<ShownPaymentRow> {
  const before = await findPayment(context, target);
  const status = context.release.statusOf(before);
  if (status !== "authorized") {
    throw new Refusal(409, `There is nothing to capture: the payment is ${status}.`, {
      captured: "only an authorized payment can be captured, and once",
    });
  }
  const most = before.authorized_amount_cents ?? 0;
  if (amountCents !== null && amountCents > most) {
    throw new Refusal(400, "That is more than was authorized.", {
      amount: `must be at most ${String(most)}`,
    });
  }
  refuseUnlessClosed(await captureAuthorization(context, { ...target, amountCents }), "captured");
  return findPayment(context, target);
}
