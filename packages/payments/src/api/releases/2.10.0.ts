import { release as previous } from "./2.9.0.ts";
import type { Release } from "./release.ts";

/** The state of a refund is of a type of its own. */
export const release: Release = {
  ...previous,
  version: "2.10.0",
  refunds: { ...previous.refunds, state: "refunds.state::text as state" },
};
