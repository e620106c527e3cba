import { z } from "zod";
import { idSchema, nameSchema } from "../api/names.ts";
import {
  newShipmentSchema,
  resumeShipmentSchema,
  rollBackShipmentSchema,
  shipmentListSchema,
  shipmentSchema,
  type Shipment,
} from "../api/shipments.ts";
import { refusalOf } from "../gate/admit.ts";
import { listShipments, readShipment } from "../shipment/read-shipment.ts";
import { resumeShipment } from "../shipment/resume-shipment.ts";
import { rollBackShipment } from "../shipment/roll-back-shipment.ts";
import type { ShipmentServices } from "../shipment/services.ts";
import { startShipment } from "../shipment/start-shipment.ts";
import { stopShipment } from "../shipment/stop-shipment.ts";
import { wakeShipping } from "../shipment/wake.ts";
import { route, type Route } from "./route.ts";

const inEnvironment = z.object({ environment: nameSchema });
const oneShipment = z.object({ shipment: idSchema("shp") });

/** Changes on their way through the databases of an environment. */
export function shipmentRoutes(services: ShipmentServices): Route[] {
  return [...environmentShipments(services), ...singleShipments(services)];
}

function environmentShipments(services: ShipmentServices): Route[] {
  return [
    route({
      method: "POST",
      path: "/environments/:environment/shipments",
      summary: "Begins to ship a change through the databases of an environment, if the gate lets it expand.",
      description:
        "`target` expand stops where the old and the new version both work; contract goes on, when every database is expanded and the gate lets it.",
      scope: "shipment:write",
      status: 201,
      params: inEnvironment,
      body: newShipmentSchema,
      answer: shipmentSchema,
      handle: async ({ params, body, caller }) => {
        const started = await startShipment(services, { ...params, ...body, caller });
        if (started.kind === "refused") throw refusalOf(started.decision);
        return lookAt(services, started.shipment);
      },
    }),
    route({
      method: "GET",
      path: "/environments/:environment/shipments",
      summary: "The shipments of an environment, the newest first.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
      answer: shipmentListSchema,
      handle: async ({ params, query }) => ({
        shipments: await listShipments(services, { ...params, ...query }),
      }),
    }),
  ];
}

function singleShipments(services: ShipmentServices): Route[] {
  return [
    route({
      method: "GET",
      path: "/shipments/:shipment",
      summary: "How far a shipment is: databases, phases, steps, progress, and why it waits or stopped.",
      scope: "read",
      status: 200,
      params: oneShipment,
      answer: shipmentSchema,
      handle: ({ params }) => readShipment(services, params.shipment),
    }),
    route({
      method: "POST",
      path: "/shipments/:shipment/resume",
      summary: "Goes on with a shipment that stopped, or takes one that is expanded on to contract.",
      scope: "shipment:write",
      status: 202,
      params: oneShipment,
      body: resumeShipmentSchema,
      answer: shipmentSchema,
      handle: async ({ params, body, caller }) => {
        await resumeShipment(services, { ...params, ...body, caller });
        return lookAt(services, params.shipment);
      },
    }),
    route({
      method: "POST",
      path: "/shipments/:shipment/stop",
      summary: "Asks a shipment to stop where it is safe: nothing new begins.",
      scope: "shipment:write",
      status: 202,
      params: oneShipment,
      answer: shipmentSchema,
      handle: async ({ params, caller }) => {
        await stopShipment(services, { ...params, caller });
        return lookAt(services, params.shipment);
      },
    }),
    route({
      method: "POST",
      path: "/shipments/:shipment/rollback",
      summary: "Takes a shipment back in every database where it was begun, when the gate lets it.",
      scope: "shipment:write",
      status: 202,
      params: oneShipment,
      query: rollBackShipmentSchema,
      answer: shipmentSchema,
      handle: async ({ params, query, caller }) => {
        await rollBackShipment(services, { ...params, acceptLoss: query.acceptLoss === "true", caller });
        return lookAt(services, params.shipment);
      },
    }),
  ];
}

async function lookAt(services: ShipmentServices, shipment: string): Promise<Shipment> {
  wakeShipping();
  return readShipment(services, shipment);
}
