import type { Work } from "../control/work.ts";
import type { Services } from "./services.ts";

/** What every server does in the background, one line each. */
export function workOfEveryServer(_services: Services): Work[] {
  return [];
}

/** What only one of the servers does at a time, the leader, one line each. */
export function workOfLeader(_services: Services): Work[] {
  return [];
}
