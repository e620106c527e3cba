import { z } from "zod";
import {
  newIncidentSchema,
  incidentListSchema,
  incidentReferenceSchema,
  incidentSchema,
} from "../api/incidents.ts";
import { nameSchema } from "../api/names.ts";
import { newUpdateSchema, reopeningSchema, resolutionSchema, updateSchema } from "../api/updates.ts";
import { listIncidents } from "../incident/list-incidents.ts";
import { openIncident } from "../incident/open-incident.ts";
import { postUpdate } from "../incident/post-update.ts";
import { reopenIncident } from "../incident/reopen-incident.ts";
import { resolveIncident } from "../incident/resolve-incident.ts";
import type { IncidentServices } from "../incident/services.ts";
import { givenMoments } from "./given-moments.ts";
import { route, type Route } from "./route.ts";

const inEnvironment = z.object({ environment: nameSchema });
const ofIncident = z.object({ incident: incidentReferenceSchema });
type Services = Pick<IncidentServices, "control" | "sealer">;

/** The life of incidents: opened, updated, resolved, reopened. */
export function incidentsRoutes(services: Services): Route[] {
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
      summary: "Opens an incident: a P1 holds back what touches its scope, and calls the unit.",
      scope: "incident:write",
      status: 201,
      params: inEnvironment,
      body: newIncidentSchema,
      answer: incidentSchema,
      handle: ({ params, body, caller }) =>
        openIncident(services, {
          ...params,
          ...givenMoments(body, ["startedAt", "detectedAt"]),
          caller,
        }),
    }),
    ...lifeRoutes(services),
  ];
}

function lifeRoutes(services: Services): Route[] {
  return [
    route({
      method: "POST",
      path: "/incidents/:incident/updates",
      summary: "Publishes an update in every language of the page, or writes the draft of one.",
      description:
        "Made from phrases of the catalogue, free text for each language, or both. A required language without a text refuses publication, unless a reason is given.",
      scope: "incident:write",
      status: 201,
      params: ofIncident,
      body: newUpdateSchema,
      answer: updateSchema,
      handle: ({ params, body, caller }) =>
        postUpdate(services, { ...params, ...givenMoments(body, ["occurredAt"]), caller }),
    }),
    route({
      method: "POST",
      path: "/incidents/:incident/resolve",
      summary: "Ends an incident: it holds nothing back any more. Of a public one clients are told.",
      scope: "incident:write",
      status: 200,
      params: ofIncident,
      body: resolutionSchema,
      answer: incidentSchema,
      handle: ({ params, body, caller }) =>
        resolveIncident(services, { ...params, ...givenMoments(body, ["recoveredAt", "endedAt"]), caller }),
    }),
    route({
      method: "POST",
      path: "/incidents/:incident/reopen",
      summary: "Opens an incident again that came back.",
      scope: "incident:write",
      status: 200,
      params: ofIncident,
      body: reopeningSchema,
      answer: incidentSchema,
      handle: ({ params, body, caller }) => reopenIncident(services, { ...params, ...body, caller }),
    }),
  ];
}
