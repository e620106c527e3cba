import { githubRoutes } from "./github.ts";
import type { Route } from "./route.ts";
import type { Services } from "./services.ts";

/** Every route below /api/v1, one line per resource. */
export function allRoutes(services: Services): Route[] {
  return [...githubRoutes(services)];
}
