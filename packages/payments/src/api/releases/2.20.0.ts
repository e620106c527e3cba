import { release as previous } from "./2.19.0.ts";
import type { Release } from "./release.ts";

/** Company names are cut to what acquirers take, and read as plain text. */
export const release: Release = {
  ...previous,
  version: "2.20.0",
  companyName: { longest: 100, read: "customers.company_name::text as company_name" },
};
