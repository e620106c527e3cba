import type { Release } from "../api/releases.ts";
import type { Control } from "../control/control.ts";
import { endRelease, type EndRelease } from "./end-release.ts";

/**
 * Says that a release is through: its version replaces those before it, which from now on count as live only while
 * they have sessions, or had lately. Throws `Failure` "not-found", or "already-ended" when it was cancelled.
 */
export async function finishRelease(services: { control: Control }, asked: EndRelease): Promise<Release> {
  return endRelease(services, { ...asked, as: "finished" });
}
