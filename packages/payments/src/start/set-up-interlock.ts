import { change } from "./change.ts";
import type { InterlockServer } from "./interlock-server.ts";
import { oldVersion } from "./run.ts";

export const environment = "production";

/** The app versions that run before the change. */
export const liveVersions = [`payments@${oldVersion}`, "terminals@1.0.0"] as const;

/** What a team does once: its environment, the database in it, what its versions send, and what is live. */
export async function setUpInterlock({ ask }: InterlockServer): Promise<void> {
  // The platform's pools reconnect within a second, so a version is gone soon after its last session.
  await ask("environment", "add", environment, "--grace", "5s");
  await ask("environment", "database", "add", environment, "main", "--url-from-env", "PLATFORM_DATABASE");
  await ask("workload", "push", ...liveVersions.map(change.workload));
  for (const version of liveVersions) {
    await ask("release", "start", version, "--env", environment);
    await ask("release", "finish", version, "--env", environment);
  }
}
