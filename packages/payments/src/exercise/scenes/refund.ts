import type { Stage } from "../stage.ts";

/** Money that is given back, in part and in whole; and what the acquirer refuses to give back. */
export async function refund({ call, create, pay }: Stage): Promise<void> {
  const id = await create();
  await pay(id, "approved");
  const path = `/v1/payments/${id}/refunds`;
  const part = {
    method: "POST",
    path,
    body: { amount: 500, metadata: { why: "late" } },
    idempotencyKey: "part",
    expect: 201,
  } as const;
  const made = await call(part);
  await call(part);
  const read = await call({ path: `${path}/${String(made["id"])}` });
  if (read["amount"] !== 500) throw new Error(`a refund of 500 is read as ${JSON.stringify(read)}`);
  await call({ method: "POST", path, body: {}, expect: 201 });
  await call({ method: "POST", path, body: { amount: 500 }, expect: 400 });
  await call({ path });
  const kept = await create();
  await pay(kept, "refundDeclined");
  await call({ method: "POST", path: `/v1/payments/${kept}/refunds`, body: {}, expect: 400 });
}
