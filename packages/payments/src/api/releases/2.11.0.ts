import { release as previous } from "./2.10.0.ts";
import type { Release } from "./release.ts";

/** Bank accounts are encrypted. */
export const release: Release = {
  ...previous,
  version: "2.11.0",
};
