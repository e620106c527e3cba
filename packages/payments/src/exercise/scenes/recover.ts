import type { Stage } from "../stage.ts";
import { held } from "./defer.ts";

/** A card, a capture and a refund while the acquirer is away: the worker finds out about them. */
export async function recover({ call, create, pay, until, acquirer }: Stage): Promise<void> {
  const paid = await create();
  await pay(paid, "approved");
  const authorized = await create(held);
  await pay(authorized, "approved");
  const open = await create();
  await acquirer.kill();
  const refund = {
    method: "POST",
    path: `/v1/payments/${paid}/refunds`,
    body: {},
    idempotencyKey: "away",
  } as const;
  const capture = { method: "PATCH", path: `/v1/payments/${authorized}`, body: { captured: true } } as const;
  await call({ ...refund, expect: 504 });
  await call({ ...capture, expect: 504 });
  await pay(open, "approved", { expect: 504 });
  await acquirer.restart();
  // What the acquirer had not heard of when it was asked it will never do.
  await until({ path: `/v1/payments/${open}` }, ({ failure }) => failure !== null);
  await until({ ...refund, expect: 400 });
  await until(capture);
}
