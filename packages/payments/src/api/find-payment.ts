import type { Caller, Context } from "./context.ts";
import { notFound } from "./refusal.ts";
import type { HostedPaymentRow, ShownPaymentRow } from "./statements/payment-row.ts";

/** A payment of the caller in the caller's mode; anybody else's does not exist (404 `Refusal`). */
export async function findPayment(
  { database, statements }: Context,
  { caller, id }: { caller: Caller; id: string },
): Promise<ShownPaymentRow> {
  const [row] = await database.run<ShownPaymentRow>(statements.getPayment, [
    id,
    caller.merchantId,
    caller.isLive,
  ]);
  if (row === undefined) throw notFound("payment");
  return row;
}

/** The payment of a hosted page, whoever asks (404 `Refusal` when there is none). */
export async function readHostedPayment(
  { database, statements }: Context,
  id: string,
): Promise<HostedPaymentRow> {
  const [row] = await database.run<HostedPaymentRow>(statements.getHostedPayment, [id]);
  if (row === undefined) throw notFound("payment");
  return row;
}
