import { rightCode } from "../../acquirer/operations/answer-challenge.ts";
import type { Stage } from "../stage.ts";

/** Card holders who have to prove who they are: one comes back, another one is found by the worker. */
export async function challenge({ create, pay, until, visit }: Stage): Promise<void> {
  for (const comesBack of [true, false]) {
    const id = await create({ force_3ds: true });
    const { challenge_url: url } = await pay(id, "approved", { expect: 202 });
    const back = await visit(String(url), { code: rightCode });
    if (comesBack && back !== null) await visit(back);
    await until({ path: `/v1/payments/${id}` }, ({ is_paid: isPaid }) => isPaid === true);
  }
}
