import type { PagePostmortem } from "../page-model.ts";
import type { Around } from "./read-page-model.ts";

/** The published post-mortems of the environment, by incident. */
export async function readPostmortems(_around: Around): Promise<ReadonlyMap<string, PagePostmortem>> {
  return new Map();
}
