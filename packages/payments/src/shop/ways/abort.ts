import { createOrder } from "../create-order.ts";
import { FailedPayment } from "../failed-payment.ts";
import type { Store } from "../merchant.ts";

/** A buyer who thinks better of it. */
export async function abort(store: Store): Promise<undefined> {
  const { path } = await createOrder(store);
  const aborted = await store.api.call({
    step: "abort",
    method: "PATCH",
    path,
    headers: store.merchant.headers,
    body: { aborted: true },
    expect: 200,
  });
  if (failureCodeOf(aborted) !== "aborted") throw new FailedPayment("abort", "not aborted");
}

export function failureCodeOf(payment: Record<string, unknown>): string | undefined {
  const failure = payment["failure"] as { code?: string } | null | undefined;
  return failure?.code;
}
