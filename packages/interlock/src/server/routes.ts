import { actionRoutes } from "./actions.ts";
import { alarmRoutes } from "./alarms.ts";
import { approvalsRoutes } from "./approvals.ts";
import { auditRoutes } from "./audit.ts";
import { changeRoutes } from "./changes.ts";
import { componentRoutes } from "./components.ts";
import { culpritRoutes } from "./culprits.ts";
import { databaseRoutes } from "./databases.ts";
import { environmentRoutes } from "./environments.ts";
import { figureRoutes } from "./figures.ts";
import { gateRoutes } from "./gate.ts";
import { githubRoutes } from "./github.ts";
import { incidentWorkRoutes } from "./incident-work.ts";
import { incidentsRoutes } from "./incidents.ts";
import { maintenanceRoutes } from "./maintenances.ts";
import { overridesRoutes } from "./overrides.ts";
import { probeRoutes } from "./probes.ts";
import { postmortemRoutes } from "./postmortems.ts";
import { releaseRoutes } from "./releases.ts";
import { responderRoutes } from "./responders.ts";
import type { Route } from "./route.ts";
import { rulesRoutes } from "./rules.ts";
import type { Services } from "./services.ts";
import { signalRoutes } from "./signals.ts";
import { shipmentServices } from "./shipment-services.ts";
import { shipmentRoutes } from "./shipments.ts";
import { statusPageRoutes } from "./status-page.ts";
import { subscriberRoutes } from "./subscribers.ts";
import { statusPagePublicationRoutes } from "./status-page-publication.ts";
import { tokenRoutes } from "./tokens.ts";
import { updateRoutes } from "./updates.ts";
import { workloadRoutes } from "./workloads.ts";
import { whoamiRoutes } from "./whoami.ts";

/** Every route below /api/v1, one line per resource. */
export function allRoutes(services: Services): Route[] {
  return [
    ...whoamiRoutes(),
    ...environmentRoutes(services),
    ...databaseRoutes(services),
    ...releaseRoutes(services),
    ...workloadRoutes(services),
    ...changeRoutes(services),
    ...alarmRoutes(services),
    ...gateRoutes(services),
    ...rulesRoutes(services),
    ...approvalsRoutes(services),
    ...overridesRoutes(services),
    ...incidentsRoutes(services),
    ...incidentWorkRoutes(services),
    ...updateRoutes(services),
    ...maintenanceRoutes(services),
    ...responderRoutes(services),
    ...componentRoutes(services),
    ...statusPageRoutes(services),
    ...postmortemRoutes(services),
    ...actionRoutes(services),
    ...figureRoutes(services),
    ...shipmentRoutes(shipmentServices(services)),
    ...culpritRoutes(shipmentServices(services)),
    ...probeRoutes(services),
    ...signalRoutes(services),
    ...subscriberRoutes(services),
    ...tokenRoutes(services),
    ...auditRoutes(services),
    ...githubRoutes(services),
    ...statusPagePublicationRoutes(services),
  ];
}
