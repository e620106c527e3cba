import { release as previous } from "./2.17.0.ts";
import type { Release } from "./release.ts";

/** Keys have a name. */
export const release: Release = {
  ...previous,
  version: "2.18.0",
  keyId: { column: ", id", value: (hash) => `, 'key_' || left(encode(sha256(${hash}), 'hex'), 32)` },
};
