import { release as previous } from "./2.5.0.ts";
import type { Release } from "./release.ts";

/** Amounts of refunds are int8, which the driver would hand over as text. */
export const release: Release = {
  ...previous,
  version: "2.6.0",
  refunds: { ...previous.refunds, amount: "refunds.amount_cents::double precision as amount_cents" },
};
