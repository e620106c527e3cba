import type { Caller, Context } from "./context.ts";
import { notFound } from "./refusal.ts";
import type { PaymentRow } from "./statements/payment-row.ts";

/** A payment of the caller in the caller's mode; anybody else's does not exist (404 `Refusal`). */
export async function findPayment(
  { database, statements }: Context,
  { caller, id }: { caller: Caller; id: string },
): Promise<PaymentRow> {
  const [row] = await database.run<PaymentRow>(statements.getPayment, [id, caller.merchantId, caller.isLive]);
  if (row === undefined) throw notFound("payment");
  return row;
}
