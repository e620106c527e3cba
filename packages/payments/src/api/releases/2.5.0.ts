import { release as previous } from "./2.4.0.ts";
import type { Release } from "./release.ts";

/** What language is written for a customer who names none is said here, not by the table. */
export const release: Release = {
  ...previous,
  version: "2.5.0",
  unnamedLanguage: { column: ", language", value: ", 'fr'" },
};
