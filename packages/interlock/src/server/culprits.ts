import { z } from "zod";
import { culpritListSchema, rollBackCulpritSchema, rolledBackSchema } from "../api/culprits.ts";
import { incidentReferenceSchema } from "../api/incidents.ts";
import { readCulprits } from "../incident/culprit/rank-open-incidents.ts";
import { rollBackCulprit } from "../incident/culprit/roll-back-culprit.ts";
import { findIncident } from "../incident/find-incident.ts";
import type { ShipmentServices } from "../shipment/services.ts";
import { route, type Route } from "./route.ts";

const ofIncident = z.object({ incident: incidentReferenceSchema });

/** What may have caused an incident, and the way out. */
export function culpritRoutes(services: Pick<ShipmentServices, "control" | "admit">): Route[] {
  const { control } = services;
  return [
    route({
      method: "GET",
      path: "/incidents/:incident/culprits",
      summary: "What may have caused an incident, ranked by evidence, each with its reasons and the way out.",
      description:
        "What merely happened before is listed without evidence. Ranked anew as long as the incident is open.",
      scope: "read",
      status: 200,
      params: ofIncident,
      answer: culpritListSchema,
      handle: async ({ params }) => {
        const { id, number } = await findIncident(control.query, params.incident);
        return { incident: `INC-${number}`, culprits: await readCulprits(control.query, id) };
      },
    }),
    route({
      method: "POST",
      path: "/incidents/:incident/culprits/roll-back",
      summary:
        "Takes the way out of a culprit: rolls a shipment back, gives a release up, or begins the one that fits.",
      description:
        "Needs the scope of what it does as well: shipment:write or release:write. The gate is asked as ever.",
      scope: "incident:write",
      status: 202,
      params: ofIncident,
      body: rollBackCulpritSchema,
      answer: rolledBackSchema,
      handle: async ({ params, body, caller }) => ({
        done: await rollBackCulprit(services, { ...params, ...body, caller }),
      }),
    }),
  ];
}
