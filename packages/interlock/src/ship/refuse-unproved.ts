import type { Client } from "pg";
import { Failure } from "../std/failure.ts";
import type { Plan } from "../plan/plan.ts";
import { findUnproved } from "./find-unproved.ts";
import { describeLiveVersion } from "./versions-gone.ts";

/** Throws `Failure` "unproved-version-live" before a change is begun beside a version that its plan was not proved with. */
export async function refuseUnproved(client: Client, plan: Pick<Plan, "id" | "old" | "new">): Promise<void> {
  const live = await findUnproved(client, plan);
  if (live.length === 0) return;
  const versions = live.map(({ appVersion }) => appVersion);
  throw new Failure({
    code: "unproved-version-live",
    message: `${versions.join(", ")} ${versions.length === 1 ? "is" : "are"} live, and change ${plan.id} was proved with ${[...plan.old, ...plan.new].join(", ")} only.`,
    why: live.map(describeLiveVersion).join("; "),
    state: "Nothing was changed.",
    next: "Plan it again with the workload of every version that is live: one more --old FILE for each. If these sessions are harmless, --force with a reason goes on.",
  });
}
