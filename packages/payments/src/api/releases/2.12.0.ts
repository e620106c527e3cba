import { release as previous } from "./2.11.0.ts";
import type { Release } from "./release.ts";

/** The expiry of a card is two numbers. */
export const release: Release = {
  ...previous,
  version: "2.12.0",
  cards: {
    ...previous.cards,
    expMonth: "cards.exp_month",
    expYear: "cards.exp_year",
    saved: {
      columns: "exp_month, exp_year",
      values: "payments.card_exp_month, payments.card_exp_year",
      again: "exp_month = excluded.exp_month, exp_year = excluded.exp_year",
    },
  },
};
