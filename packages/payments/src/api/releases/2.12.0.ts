import { release as previous } from "./2.11.0.ts";
import type { Release } from "./release.ts";

/** The expiry of a card is two numbers. */
export const release: Release = {
  ...previous,
  version: "2.12.0",
};
