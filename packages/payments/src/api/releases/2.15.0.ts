import { release as previous } from "./2.14.0.ts";
import type { Release } from "./release.ts";

/** The refunds of a payment are counted when they are made. */
export const release: Release = {
  ...previous,
  version: "2.15.0",
  refunds: {
    ...previous.refunds,
    count: "payments.refunds_count",
    setCounted: ", refunds_count = payments.refunds_count + 1",
  },
};
