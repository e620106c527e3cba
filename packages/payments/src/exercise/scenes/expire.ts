import type { Stage } from "../stage.ts";

/** An amount that a card has held for too long: the worker lets it go, once. */
export async function expire({ until }: Stage): Promise<void> {
  await until({ path: "/v1/payments/pay_expired" }, isTimedOut);
}

function isTimedOut({ failure }: Record<string, unknown>): boolean {
  return (failure as { code: string } | null)?.code === "timeout";
}
