import { release as previous } from "./2.16.0.ts";
import type { Release } from "./release.ts";

/** A card is saved once for each customer. */
export const release: Release = {
  ...previous,
  version: "2.17.0",
  cards: { ...previous.cards, savedOnce: "coalesce(customer_id, merchant_id), is_live, fingerprint" },
};
