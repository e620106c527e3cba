import { z } from "zod";
import {
  extensionSchema,
  maintenanceListSchema,
  maintenanceReferenceSchema,
  maintenanceSchema,
  maintenanceStepSchema,
  newMaintenanceSchema,
  newSeriesSchema,
  seriesListSchema,
  seriesSchema,
} from "../api/maintenances.ts";
import { idSchema, nameSchema } from "../api/names.ts";
import { updateListSchema } from "../api/updates.ts";
import { addSeries } from "../incident/maintenance/add-series.ts";
import { endSeries } from "../incident/maintenance/end-series.ts";
import { extendMaintenance } from "../incident/maintenance/extend-maintenance.ts";
import { findMaintenance } from "../incident/maintenance/find-maintenance.ts";
import { listMaintenances } from "../incident/maintenance/list-maintenances.ts";
import { scheduleMaintenance } from "../incident/maintenance/schedule-maintenance.ts";
import { listSeries } from "../incident/maintenance/series.ts";
import { stepMaintenance, type MaintenanceStep } from "../incident/maintenance/step-maintenance.ts";
import type { IncidentServices } from "../incident/services.ts";
import { listUpdates } from "../incident/updates/find-update.ts";
import { givenMoments } from "./given-moments.ts";
import { route, type Route } from "./route.ts";

type Services = Pick<IncidentServices, "control" | "log">;
const inEnvironment = z.object({ environment: nameSchema });
const ofMaintenance = z.object({ maintenance: maintenanceReferenceSchema });

/** Work that is announced. */
export function maintenanceRoutes(services: Services): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/maintenances",
      summary: "Maintenances to come and under way, the next first.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      query: z.object({
        all: z.enum(["true", "false"]).default("false").describe("those that are over, too"),
      }),
      answer: maintenanceListSchema,
      handle: async ({ params, query }) => ({
        maintenances: await listMaintenances(services, { ...params, all: query.all === "true" }),
      }),
    }),
    route({
      method: "POST",
      path: "/environments/:environment/maintenances",
      summary: "Announces work on components, in every language of the page.",
      scope: "incident:write",
      status: 201,
      params: inEnvironment,
      body: newMaintenanceSchema,
      answer: maintenanceSchema,
      handle: ({ params, body, caller }) =>
        scheduleMaintenance(services, { ...params, maintenance: body, caller }),
    }),
    route({
      method: "GET",
      path: "/maintenances/:maintenance/updates",
      summary: "What was said of a maintenance.",
      scope: "read",
      status: 200,
      params: ofMaintenance,
      answer: updateListSchema,
      handle: async ({ params }) => {
        const { query } = services.control;
        const { id } = await findMaintenance(query, params.maintenance);
        return { updates: await listUpdates(query, { maintenance: id }) };
      },
    }),
    step(services, "start", "Begins a maintenance."),
    step(services, "verify", "Says that the work is done and is being verified."),
    step(services, "complete", "Completes a maintenance: its components work again."),
    step(services, "cancel", "Cancels a maintenance that has not begun."),
    route({
      method: "POST",
      path: "/maintenances/:maintenance/extend",
      summary: "Says that a maintenance lasts longer.",
      scope: "incident:write",
      status: 200,
      params: ofMaintenance,
      body: extensionSchema,
      answer: maintenanceSchema,
      handle: ({ params, body, caller }) =>
        extendMaintenance(services, { ...params, ...givenMoments(body, ["scheduledUntil"]), caller }),
    }),
    ...seriesRoutes(services),
  ];
}

function step(services: Services, name: MaintenanceStep, summary: string): Route {
  return route({
    method: "POST",
    path: `/maintenances/:maintenance/${name}`,
    summary,
    scope: "incident:write",
    status: 200,
    params: ofMaintenance,
    body: maintenanceStepSchema,
    answer: maintenanceSchema,
    handle: ({ params, body, caller }) =>
      stepMaintenance(services, { ...params, ...body, step: name, caller }),
  });
}

function seriesRoutes(services: Services): Route[] {
  const path = "/environments/:environment/maintenance-series";
  return [
    route({
      method: "GET",
      path,
      summary: "Maintenance that comes again and again.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      answer: seriesListSchema,
      handle: async ({ params }) => ({ series: await listSeries(services, params) }),
    }),
    route({
      method: "POST",
      path,
      summary: "Announces maintenance that comes again and again, by the clock on the wall.",
      scope: "incident:write",
      status: 201,
      params: inEnvironment,
      body: newSeriesSchema,
      answer: seriesSchema,
      handle: ({ params, body, caller }) => addSeries(services, { ...params, series: body, caller }),
    }),
    route({
      method: "DELETE",
      path: "/maintenance-series/:series",
      summary: "Ends a series; what has not begun is cancelled.",
      scope: "incident:write",
      status: 200,
      params: z.object({ series: idSchema("ser") }),
      answer: seriesSchema,
      handle: ({ params, caller }) => endSeries(services, { ...params, caller }),
    }),
  ];
}
