import { change } from "./change.ts";
import { InterlockRefusal } from "./interlock.ts";
import type { IncidentView } from "./incident-view.ts";
import { newVersion, oldVersion } from "./run.ts";
import type { OutageOptions } from "./outage.ts";
import { environment } from "./set-up-interlock.ts";

const after = `payments@${newVersion}`;

/**
 * The application half follows. The pipeline asks the gate: an open P1 holds back everything that touches what it
 * affects, so somebody says that this is what mends it, and why. Returns what the gate said first.
 */
export async function mendOutage(
  { run, team: { server } }: OutageOptions,
  opened: IncidentView | undefined,
): Promise<"go" | "held by the incident"> {
  await server.ask("workload", "push", change.workload(after));
  const start = ["release", "start", after, "--env", environment];
  const refusal = await refusalOf(server.ask(...start));
  if (refusal !== undefined) {
    if (opened === undefined) throw refusal;
    const { id, reference } = opened.incident;
    const reason = `It is the half that is missing: it mends ${reference}.`;
    const aside = ["--rule", `incident:${id}`, "--reason", reason];
    await server.ask("override", `release:${after}`, "--env", environment, ...aside);
    await server.ask(...start);
  }
  await run.platform.release(newVersion);
  await run.platform.retire(oldVersion);
  await server.ask("release", "finish", after, "--env", environment);
  return refusal === undefined ? "go" : "held by the incident";
}

async function refusalOf(asked: Promise<unknown>): Promise<InterlockRefusal | undefined> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    if (error instanceof InterlockRefusal) return error;
    throw error;
  }
}
