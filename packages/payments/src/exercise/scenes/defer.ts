import type { Stage } from "../stage.ts";

/** An amount that a card only holds. */
export const held = { authorized_amount: 5_000, auto_capture: false, amount: undefined };

/** Amounts that a card holds until they are captured or let go. */
export async function defer({ call, create, pay }: Stage): Promise<void> {
  const captured = await create(held);
  await pay(captured, "approved");
  const part = { captured: true, amount: 4_000 };
  await call({ method: "PATCH", path: `/v1/payments/${captured}`, body: part });
  const released = await create({ ...held, save_card: true });
  await pay(released, "approvedMastercard");
  await call({ method: "PATCH", path: `/v1/payments/${released}`, body: { aborted: true } });
}
