import { release as previous } from "./2.15.0.ts";
import type { Release } from "./release.ts";

/** It is always written who starts a payment. */
export const release: Release = {
  ...previous,
  version: "2.16.0",
  initiator: (parameter) => `coalesce(${parameter}, 'PAYER')`,
};
