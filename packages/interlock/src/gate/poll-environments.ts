import { messageOf } from "../std/failure.ts";
import { sleep } from "../std/sleep.ts";
import type { Log } from "../std/log.ts";
import type { Work } from "../control/work.ts";
import { readEnvironment } from "../evidence/read-environment.ts";
import type { EvidenceServices } from "../evidence/services.ts";
import { findPartialDeployments } from "./find-partial-deployments.ts";
import { notePartialDeployments } from "./note-partial-deployments.ts";

/** How often every environment is looked at, in milliseconds. */
const everyMs = 1_000;
/** How long it is remembered who was seen. */
const sightingsKept = "30 days";
/** Rounds between two times that what is older is removed. */
const tidyEvery = 3_600;

/** What the leader does: looks at every environment once a second, so that what does not fit shows at once. */
export function pollEnvironments(services: EvidenceServices, log: Log): Work {
  return {
    name: "poll environments",
    async run(signal) {
      const { control } = services;
      for (let round = 0; !signal.aborted; round += 1) {
        const rows = await control.query<{ name: string; at: Date }>(
          "select name, clock_timestamp() as at from interlock_control.environments",
        );
        await Promise.all(
          rows.map((row) => pollEnvironment(services, { environment: row.name, at: row.at, log })),
        );
        if (round % tidyEvery === 0) {
          await control.query(
            "delete from interlock_control.sightings where last_seen_at < clock_timestamp() - $1::interval",
            [sightingsKept],
          );
        }
        await sleep(everyMs, signal).catch(() => undefined);
      }
    },
  };
}

/** Looks at one environment; what goes wrong there keeps nobody from looking at the others. */
async function pollEnvironment(
  services: EvidenceServices,
  { environment, at, log }: { environment: string; at: Date; log: Log },
): Promise<void> {
  try {
    const view = await readEnvironment(services, { query: services.control.query, environment, at });
    // Of what can't be looked at nothing is known: a partial deployment there neither begins nor ends.
    const observed = view.databases.filter(({ problem }) => problem === null).map(({ name }) => name);
    await notePartialDeployments(services.control, {
      environment,
      observed,
      found: findPartialDeployments(view).filter(({ database }) => observed.includes(database)),
    });
  } catch (error) {
    log.warn({ environment, error: messageOf(error) }, "an environment could not be looked at");
  }
}
