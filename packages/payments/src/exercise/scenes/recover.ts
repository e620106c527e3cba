import type { Stage } from "../stage.ts";
import { isPaid, proveIdentity } from "./challenge.ts";
import { held } from "./defer.ts";

/**
 * A card, a capture and a refund while the acquirer is away, and a card holder who doesn't come back: the worker finds
 * out about them. The last scene, since nothing is certain to go well beside such a worker.
 */
export async function recover(stage: Stage): Promise<void> {
  const { call, create, pay, until, acquirer, recoverAtOnce } = stage;
  const { id: proved } = await proveIdentity(stage);
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
  await recoverAtOnce();
  await until({ path: `/v1/payments/${proved}` }, isPaid);
  // What the acquirer had not heard of when it was asked it will never do.
  await until({ path: `/v1/payments/${open}` }, ({ failure }) => failure !== null);
  await until({ ...refund, expect: 400 });
  await until(capture);
}
