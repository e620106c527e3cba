import { release as previous } from "./2.13.0.ts";
import type { Release } from "./release.ts";

/** Several people of a merchant may log in. */
export const release: Release = {
  ...previous,
  version: "2.14.0",
  logins: { table: "merchant_users", merchantId: "merchant_id" },
};
