import { rightCode } from "../../acquirer/operations/answer-challenge.ts";
import type { Stage } from "../stage.ts";

/** A card holder who has to prove who they are, and comes back. */
export async function challenge(stage: Stage): Promise<void> {
  const { id, back } = await proveIdentity(stage);
  if (back !== null) await stage.visit(back);
  await stage.until({ path: `/v1/payments/${id}` }, isPaid);
}

/** Pays up to where the card holder is sent back: `back` is where to. */
export async function proveIdentity({
  create,
  pay,
  visit,
}: Stage): Promise<{ id: string; back: string | null }> {
  const id = await create({ force_3ds: true });
  const { challenge_url: url } = await pay(id, "approved", { expect: 202 });
  return { id, back: await visit(String(url), { code: rightCode }) };
}

export function isPaid({ is_paid: paid }: Record<string, unknown>): boolean {
  return paid === true;
}
