import type { Store } from "../merchant.ts";
import { call } from "./call.ts";

const dayMs = 86_400_000;

/** A payment in two parts, of which the first is paid and the second is given up. */
export async function sellInParts(store: Store): Promise<void> {
  const later = new Date(Date.now() + 30 * dayMs).toISOString().slice(0, 10);
  const body = {
    currency: "EUR",
    schedule: [
      { date: "TODAY", amount: 1_000 },
      { date: later, amount: 2_000 },
    ],
    billing: { first_name: "Ada", last_name: "L.", country: "FR" },
  };
  const path = "/v1/installment_plans";
  const { id } = await call(store, { method: "POST", path, body, expect: 201 });
  const plan = `${path}/${String(id)}`;
  const { schedule } = await call(store, { path: plan });
  const [first] = schedule as { payment_ids: string[] }[];
  const card = { card_number: "4242424242424242", expiry: "12/40", cvv: "123" };
  await call(store, { method: "POST", path: `/pay/${String(first?.payment_ids[0])}`, body: card });
  await call(store, { method: "PATCH", path: plan, body: { aborted: true } });
}
