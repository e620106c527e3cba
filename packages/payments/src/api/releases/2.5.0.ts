import { release as previous } from "./2.4.0.ts";
import type { Release } from "./release.ts";

/** The language of a customer who names none follows the merchant's country. */
export const release: Release = {
  ...previous,
  version: "2.5.0",
};
