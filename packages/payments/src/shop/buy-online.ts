import { FailedPayment } from "./failed-payment.ts";
import type { Order, Store } from "./merchant.ts";
import { look } from "./pay-by-card.ts";
import { abort } from "./ways/abort.ts";
import { payAtOnce } from "./ways/at-once.ts";
import { beChallenged } from "./ways/challenged.ts";
import { beDeclined } from "./ways/declined.ts";
import { deferCapture } from "./ways/deferred.ts";
import { payWithSavedCard } from "./ways/saved-card.ts";

type Way = (store: Store) => Promise<Order | undefined>;

/** How a payment goes when it doesn't go as most do, as shares of all. */
const ways: readonly [share: number, way: Way][] = [
  [0.01, abort],
  [0.01, beDeclined],
  [0.005, beChallenged],
  [0.02, deferCapture],
  [0.03, payWithSavedCard],
];

/** What comes after a payment, as shares of those that are paid. */
const shares = { list: 0.02, refund: 0.02 };

/**
 * One e-commerce payment from the merchant's and the card holder's side: create, pay, see that it is paid; now
 * and then in another way, with a list or a refund after it. Throws `FailedPayment` when it ends otherwise than
 * it was meant to.
 */
export async function buyOnline(store: Store, way: Way = anyWay()): Promise<void> {
  const order = await way(store);
  if (order === undefined) return;
  if (Math.random() < shares.list) await list(store);
  if (Math.random() < shares.refund) await refund(store, order);
}

function anyWay(): Way {
  let draw = Math.random();
  for (const [share, way] of ways) {
    if (draw < share) return way;
    draw -= share;
  }
  return payAtOnce;
}

async function list({ api, merchant: { headers } }: Store): Promise<void> {
  const path = "/v1/payments?per_page=10";
  const found = await api.call({ step: "list", method: "GET", path, headers, expect: 200 });
  if (!(Number(found["count"]) > 0)) throw new FailedPayment("list", "empty");
}

async function refund(store: Store, order: Order): Promise<void> {
  await store.api.call({
    step: "refund",
    method: "POST",
    path: `${order.path}/refunds`,
    headers: store.merchant.headers,
    body: {},
    expect: 201,
  });
  const refunded = await look(store, order);
  if (refunded["is_refunded"] !== true) throw new FailedPayment("get refunded", "not refunded");
}
