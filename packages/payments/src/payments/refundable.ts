/** A payment can be refunded for this long after it was paid. */
export const refundableDays = 180;

/** How often a payment can be refunded. */
export const mostRefunds = 100;

/** Until when a payment of `paidAt` can be refunded, both in seconds since 1970. */
export function refundableUntil(paidAt: number): number {
  return paidAt + refundableDays * 86_400;
}

/** Whether a payment that was paid at `paidAt` (seconds since 1970) can be refunded at `nowMs`. */
export function isRefundable(paidAt: number | null, nowMs: number): boolean {
  return paidAt !== null && nowMs / 1_000 < refundableUntil(paidAt);
}
