import { release as previous } from "./2.10.0.ts";
import type { Release } from "./release.ts";

/** Bank accounts are encrypted. */
export const release: Release = {
  ...previous,
  version: "2.11.0",
  iban: "pgp_sym_decrypt(merchants.iban_encrypted, current_setting('payments.iban_key'))",
};
