import { release as previous } from "./2.6.0.ts";
import type { Release } from "./release.ts";

/** What is being refunded is called pending. */
export const release: Release = {
  ...previous,
  version: "2.7.0",
  refundPending: "amount_refund_pending_cents",
};
