import { auditRoutes } from "./audit.ts";
import { githubRoutes } from "./github.ts";
import type { Route } from "./route.ts";
import type { Services } from "./services.ts";
import { tokenRoutes } from "./tokens.ts";
import { whoamiRoutes } from "./whoami.ts";

/** Every route below /api/v1, one line per resource. */
export function allRoutes(services: Services): Route[] {
  return [...whoamiRoutes(), ...tokenRoutes(services), ...auditRoutes(services), ...githubRoutes(services)];
}
