import { release as previous } from "./2.3.0.ts";
import type { Release } from "./release.ts";

/** A refund says who asked for it. */
export const release: Release = {
  ...previous,
  version: "2.4.0",
  refunds: { ...previous.refunds, origin: { column: ", initiated_by", value: ", 'merchant'" } },
};
