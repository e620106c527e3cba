import { z } from "zod";
import { idSchema, nameSchema, reasonSchema } from "../api/names.ts";
import {
  madeSourceSchema,
  newSignalSchema,
  newSourceSchema,
  signalListSchema,
  signalSchema,
  signalsQuerySchema,
  sourceListSchema,
  sourceSchema,
  takenSchema,
} from "../api/signals.ts";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { findEnvironment } from "../environment/find-environment.ts";
import { addSource } from "../signal/add-source.ts";
import { endSignal } from "../signal/end-signal.ts";
import { listSignals } from "../signal/list-signals.ts";
import { listSources } from "../signal/list-sources.ts";
import { removeSource } from "../signal/remove-source.ts";
import { sendSignal } from "../signal/send-signal.ts";
import { takeDeliveryByName } from "../signal/take-delivery.ts";
import { route, type Route } from "./route.ts";

const inEnvironment = z.object({ environment: nameSchema });
const ofSource = z.object({ environment: nameSchema, source: nameSchema });

/** What says that a service is unwell, and who may say so. */
export function signalRoutes(services: { control: Control; sealer: Sealer }): Route[] {
  return [...ownRoutes(services), ...sourceRoutes(services)];
}

function ownRoutes(services: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/signals",
      summary: "The signals of an environment: those that fire first, then the latest.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      query: signalsQuerySchema,
      answer: signalListSchema,
      handle: async ({ params: { environment }, query: { firing, limit } }) => {
        await findEnvironment(services.control.query, environment);
        return { signals: await listSignals(services, { environment, firing: firing === "true", limit }) };
      },
    }),
    route({
      method: "POST",
      path: "/environments/:environment/signals",
      summary: "Says that a service is unwell, or that it is well again.",
      description: "The same key is the same trouble, however often it is sent.",
      scope: "signal:write",
      status: 200,
      params: inEnvironment,
      body: newSignalSchema,
      answer: takenSchema,
      handle: async ({ params: { environment }, body, caller }) => ({
        taken: [await sendSignal(services, { environment, signal: body, caller })],
      }),
    }),
    route({
      method: "POST",
      path: "/signals/:signal/end",
      summary: "Says that a signal is over which its sender does not end any more.",
      scope: "signal:write",
      status: 200,
      params: z.object({ signal: idSchema("sig") }),
      body: z.object({ reason: reasonSchema }),
      answer: signalSchema,
      handle: ({ params, body, caller }) => endSignal(services, { ...params, ...body, caller }),
    }),
  ];
}

function sourceRoutes(services: { control: Control; sealer: Sealer }): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/signal-sources",
      summary: "Who may send signals of an environment.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      answer: sourceListSchema,
      handle: async ({ params }) => {
        await findEnvironment(services.control.query, params.environment);
        return { sources: await listSources(services, params) };
      },
    }),
    route({
      method: "POST",
      path: "/environments/:environment/signal-sources",
      summary: "Lets a monitoring system send signals; the answer shows its secret, this once.",
      scope: "signal:write",
      status: 201,
      params: inEnvironment,
      body: newSourceSchema,
      answer: madeSourceSchema,
      handle: ({ params, body, caller }) => addSource(services, { ...params, source: body, caller }),
    }),
    route({
      method: "DELETE",
      path: "/environments/:environment/signal-sources/:source",
      summary: "Takes nothing more from a source, and ends what it left firing.",
      scope: "signal:write",
      status: 200,
      params: ofSource,
      answer: sourceSchema,
      handle: ({ params, caller }) => removeSource(services, { ...params, caller }),
    }),
    route({
      method: "POST",
      path: "/environments/:environment/signal-sources/:source/deliveries",
      summary: "Takes a delivery in the shape that the source was made for.",
      description:
        "For senders that can send a token: Alertmanager (`authorization`), Grafana. All of a delivery is taken, or nothing.",
      scope: "signal:write",
      status: 200,
      largestBody: 1024 * 1024,
      params: ofSource,
      body: z.record(z.string(), z.unknown()),
      answer: takenSchema,
      handle: async ({ params, body }) => ({
        taken: await takeDeliveryByName(services, { ...params, body }),
      }),
    }),
  ];
}
