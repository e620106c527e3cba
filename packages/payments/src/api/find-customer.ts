import type { Caller, Context } from "./context.ts";
import { notFound } from "./refusal.ts";
import type { CustomerRow } from "./statements/customer.ts";

/** A customer of the caller in the caller's mode; anybody else's, or a deleted one, is not there (404 `Refusal`). */
export async function findCustomer(
  { database, statements }: Context,
  { caller, id }: { caller: Caller; id: string },
): Promise<CustomerRow> {
  const [row] = await database.run<CustomerRow>(statements.getCustomer, [
    id,
    caller.merchantId,
    caller.isLive,
  ]);
  if (row === undefined) throw notFound("customer");
  return row;
}
