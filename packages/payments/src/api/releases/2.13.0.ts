import { release as previous } from "./2.12.0.ts";
import { addressesWithin } from "./addresses.ts";
import type { Release } from "./release.ts";

/** The address of a customer is part of the customer. */
export const release: Release = {
  ...previous,
  version: "2.13.0",
  addresses: addressesWithin,
};
