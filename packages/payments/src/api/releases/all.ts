import { release as v220 } from "./2.2.0.ts";
import { release as v230 } from "./2.3.0.ts";
import type { Release } from "./release.ts";

/** Every release of the Payment API that can be run, oldest first. */
export const releases: readonly Release[] = [v220, v230];

export function findRelease(version: string): Release {
  const found = releases.find((release) => release.version === version);
  if (found !== undefined) return found;
  throw new Error(`there is no release ${version}: ${releases.map((release) => release.version).join(", ")}`);
}
