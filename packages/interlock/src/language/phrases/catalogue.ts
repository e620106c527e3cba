import { maintenance } from "./maintenance.ts";
import type { Phrase } from "./phrase.ts";
import { progress } from "./progress.ts";
import { troubles } from "./troubles.ts";

/** Every phrase, by its key, in the order in which people look for them. */
export const catalogue: ReadonlyMap<string, Phrase> = new Map(
  Object.entries({ ...troubles, ...progress, ...maintenance }),
);
