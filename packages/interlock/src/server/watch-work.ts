import type { Work } from "../control/work.ts";
import { databaseConnection } from "../environment/open-database.ts";
import { LiveWorkloads } from "../evidence/live-workloads.ts";
import { watchEnvironments } from "../watch/watch-environments.ts";
import type { Services } from "./services.ts";

/** Watching every database under the statements of the versions that are live in its environment. */
export function watchWork({ control, sealer, log }: Pick<Services, "control" | "sealer" | "log">): Work {
  const workloads = new LiveWorkloads();
  return watchEnvironments({
    control,
    log,
    connection: ({ environment, database }) =>
      databaseConnection({ control, sealer }, { environment, name: database }),
    liveWorkloads: (environment) => workloads.read(control.query, environment),
  });
}
