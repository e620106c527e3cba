import { z } from "zod";
import { incidentListSchema, incidentSchema, newIncidentSchema } from "../api/incidents.ts";
import { idSchema, nameSchema } from "../api/names.ts";
import type { Control } from "../control/control.ts";
import { closeIncident } from "../gate/close-incident.ts";
import { listIncidents } from "../gate/list-incidents.ts";
import { openIncident } from "../gate/open-incident.ts";
import { route, type Route } from "./route.ts";

const inEnvironment = z.object({ environment: nameSchema });

/** Incidents as the gate sees them. */
export function incidentsRoutes(services: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/incidents",
      summary: "The incidents that are open in an environment, the latest first.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      query: z.object({ all: z.enum(["true", "false"]).default("false").describe("closed ones, too") }),
      answer: incidentListSchema,
      handle: async ({ params, query }) => ({
        incidents: await listIncidents(services, { ...params, all: query.all === "true" }),
      }),
    }),
    route({
      method: "POST",
      path: "/environments/:environment/incidents",
      summary: "Tells the gate of an incident: a P1 holds back what touches its scope.",
      scope: "incident:write",
      status: 201,
      params: inEnvironment,
      body: newIncidentSchema,
      answer: incidentSchema,
      handle: ({ params, body, caller }) => openIncident(services, { ...params, ...body, caller }),
    }),
    route({
      method: "POST",
      path: "/incidents/:incident/close",
      summary: "Closes an incident: it holds nothing back any more.",
      scope: "incident:write",
      status: 200,
      params: z.object({ incident: idSchema("inc") }),
      answer: incidentSchema,
      handle: ({ params, caller }) => closeIncident(services, { ...params, caller }),
    }),
  ];
}
