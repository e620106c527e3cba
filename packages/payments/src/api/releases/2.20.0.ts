import { release as previous } from "./2.19.0.ts";
import type { Release } from "./release.ts";

/** Company names are cut to what acquirers take. */
export const release: Release = {
  ...previous,
  version: "2.20.0",
  longestCompanyName: 100,
};
