import { release as v2_2 } from "./2.2.0.ts";
import { release as v2_3 } from "./2.3.0.ts";
import { release as v2_4 } from "./2.4.0.ts";
import { release as v2_5 } from "./2.5.0.ts";
import { release as v2_6 } from "./2.6.0.ts";
import { release as v2_7 } from "./2.7.0.ts";
import { release as v2_8 } from "./2.8.0.ts";
import { release as v2_9 } from "./2.9.0.ts";
import { release as v2_10 } from "./2.10.0.ts";
import { release as v2_11 } from "./2.11.0.ts";
import { release as v2_12 } from "./2.12.0.ts";
import { release as v2_13 } from "./2.13.0.ts";
import { release as v2_14 } from "./2.14.0.ts";
import { release as v2_15 } from "./2.15.0.ts";
import { release as v2_16 } from "./2.16.0.ts";
import { release as v2_17 } from "./2.17.0.ts";
import { release as v2_18 } from "./2.18.0.ts";
import { release as v2_19 } from "./2.19.0.ts";
import { release as v2_20 } from "./2.20.0.ts";
import { release as v2_21 } from "./2.21.0.ts";
import { release as v2_22 } from "./2.22.0.ts";
import type { Release } from "./release.ts";

/** Every release of the Payment API that can be run, oldest first. */
export const releases: readonly Release[] = [
  v2_2,
  v2_3,
  v2_4,
  v2_5,
  v2_6,
  v2_7,
  v2_8,
  v2_9,
  v2_10,
  v2_11,
  v2_12,
  v2_13,
  v2_14,
  v2_15,
  v2_16,
  v2_17,
  v2_18,
  v2_19,
  v2_20,
  v2_21,
  v2_22,
];

export function findRelease(version: string): Release {
  const found = releases.find((release) => release.version === version);
  if (found !== undefined) return found;
  throw new Error(`there is no release ${version}: ${releases.map((release) => release.version).join(", ")}`);
}
