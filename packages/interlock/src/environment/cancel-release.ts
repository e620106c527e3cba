import type { Release } from "../api/releases.ts";
import type { Control } from "../control/control.ts";
import { endRelease, type EndRelease } from "./end-release.ts";

/**
 * Says that a release was given up: its version counts as live only while it has sessions, or had lately. Throws
 * `Failure` "not-found", or "already-ended" when it was finished.
 */
export async function cancelRelease(services: { control: Control }, asked: EndRelease): Promise<Release> {
  return endRelease(services, { ...asked, as: "cancelled" });
}
