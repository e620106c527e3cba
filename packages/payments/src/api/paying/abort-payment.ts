import { failureMessages } from "../../payments/status.ts";
import type { Caller, Context } from "../context.ts";
import { findPayment } from "../find-payment.ts";
import { Refusal } from "../refusal.ts";
import type { ShownPaymentRow } from "../statements/payment-row.ts";
import { refuseUnlessClosed } from "./close-authorization.ts";
import { releaseAuthorization } from "./release-authorization.ts";

/**
 * Aborts a payment that nobody has paid: an open one at once, an authorized one by letting go of what is held.
 * Aborted already it stays as it is. Throws a `Refusal`: 404, 409 when it is too late, 504 when the acquirer
 * did not say.
 */
export async function abortPayment(
  context: Context,
  target: { caller: Caller; id: string },
): Promise<ShownPaymentRow> {
  const { caller, id } = target;
  const [row] = await context.database.run<ShownPaymentRow>(context.statements.abortPayment, [
    id,
    caller.merchantId,
    caller.isLive,
    failureMessages.aborted,
  ]);
  if (row !== undefined) return row;
  // It was not changed: because it is not there, aborted already, authorized, or past aborting.
  const now = await findPayment(context, target);
  const status = context.release.statusOf(now);
  if (status === "aborted") return now;
  if (status === "authorized") {
    refuseUnlessClosed(await releaseAuthorization(context, { id, failureCode: "aborted" }), "aborted");
    return findPayment(context, target);
  }
  throw new Refusal(
    409,
    status === "created"
      ? "The payment can't be aborted: a card is being charged for it."
      : `The payment can't be aborted: it is ${status}.`,
    { aborted: "only a payment that is open or authorized can be aborted" },
  );
}
