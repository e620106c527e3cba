import { release as previous } from "./2.20.0.ts";
import type { Release } from "./release.ts";

/** A payment's card is there: nothing is written or read differently, it is only relied on. */
export const release: Release = {
  ...previous,
  version: "2.21.0",
};
