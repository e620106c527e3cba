import { z } from "zod";
import { momentSchema, nameSchema } from "../api/names.ts";
import {
  claimSchema,
  minutesSchema,
  sealedOrdersSchema,
  probeListSchema,
  probeSchema,
  probeStatusSchema,
  putProbeSchema,
  resultsSchema,
  trialResultSchema,
  trialSchema,
} from "../api/probes.ts";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { findEnvironment } from "../environment/find-environment.ts";
import { databaseConnection } from "../environment/open-database.ts";
import { runCheck } from "../probe/check/run-check.ts";
import { putProbe } from "../probe/put-probe.ts";
import { ordersForOthers, readOrders } from "../probe/read-orders.ts";
import { listProbes, readMinutes, readProbe } from "../probe/read-probes.ts";
import { recordResults } from "../probe/record-results.ts";
import { requireDatabaseRight } from "../probe/require-database-right.ts";
import { removeProbe } from "../probe/remove-probe.ts";
import { sealOrders } from "../probe/sealed-orders.ts";
import { settleProbe } from "../probe/settle-probe.ts";
import { route, type Route } from "./route.ts";

const inEnvironment = z.object({ environment: nameSchema });
const ofProbe = z.object({ environment: nameSchema, name: nameSchema });

type ProbeServices = { control: Control; sealer: Sealer };

/** Active checks, and whoever carries them out elsewhere. */
export function probeRoutes(services: ProbeServices): Route[] {
  return [...readingRoutes(services), ...writingRoutes(services), ...workerRoutes(services)];
}

function readingRoutes({ control }: ProbeServices): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/probes",
      summary: "The probes of an environment and their states.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      answer: probeListSchema,
      handle: async ({ params: { environment } }) => {
        await findEnvironment(control.query, environment);
        return { probes: await listProbes(control.query, environment) };
      },
    }),
    route({
      method: "GET",
      path: "/environments/:environment/probes/:name",
      summary: "A probe: its last results, who carries it out, and how its objective stands.",
      description: "What may be secret in its check is left out.",
      scope: "read",
      status: 200,
      params: ofProbe,
      answer: probeStatusSchema,
      handle: ({ params }) => readProbe(control.query, params),
    }),
    route({
      method: "GET",
      path: "/environments/:environment/probes/:name/minutes",
      summary: "What a probe measured, minute by minute: the last hour, or from one moment to another.",
      scope: "read",
      status: 200,
      params: ofProbe,
      query: z.object({ from: momentSchema.optional(), to: momentSchema.optional() }),
      answer: minutesSchema,
      handle: async ({ params, query }) => {
        const to = query.to === undefined ? new Date() : new Date(query.to);
        const from = query.from === undefined ? new Date(to.getTime() - 3_600_000) : new Date(query.from);
        return { minutes: await readMinutes(control.query, { ...params, from, to }) };
      },
    }),
  ];
}

function writingRoutes(services: ProbeServices): Route[] {
  return [
    route({
      method: "PUT",
      path: "/environments/:environment/probes/:name",
      summary: "Makes a probe, or makes it what is asked for.",
      description:
        "`revision` is the one that you read, null for a new probe. The check is kept sealed: what is secret in it is never shown again.",
      scope: "probe:write",
      status: 200,
      params: ofProbe,
      body: putProbeSchema,
      answer: probeSchema,
      handle: ({ params, body, caller }) => putProbe(services, { ...params, probe: body, caller }),
    }),
    route({
      method: "DELETE",
      path: "/environments/:environment/probes/:name",
      summary: "Carries a probe out no more.",
      scope: "probe:write",
      status: 200,
      params: ofProbe,
      answer: probeSchema,
      handle: ({ params, caller }) => removeProbe(services, { ...params, caller }),
    }),
    route({
      method: "POST",
      path: "/environments/:environment/probe-trials",
      summary: "Runs a check once, from this server, and keeps nothing of it.",
      scope: "probe:write",
      status: 200,
      params: inEnvironment,
      body: trialSchema,
      answer: trialResultSchema,
      handle: async ({ params: { environment }, body, caller, signal }) => {
        requireDatabaseRight(body.check, caller);
        await findEnvironment(services.control.query, environment);
        const { check, secrets, timeoutMs } = body;
        const connection = (name: string) => databaseConnection(services, { environment, name });
        return runCheck(check, { secrets, timeoutMs, connection, signal });
      },
    }),
  ];
}

function workerRoutes(services: ProbeServices): Route[] {
  const { control } = services;
  return [
    route({
      method: "POST",
      path: "/environments/:environment/probe-orders",
      summary: "What a probe worker elsewhere is to carry out, with its secrets.",
      description:
        "Sealed to the key that the worker sends: nobody between sees what probes send. Checks of the environment's own databases are not among it: their URLs stay on the server.",
      scope: "probe:work",
      status: 200,
      params: inEnvironment,
      body: claimSchema,
      answer: sealedOrdersSchema,
      handle: async ({ params, body }) => {
        await findEnvironment(control.query, params.environment);
        return sealOrders(ordersForOthers(await readOrders(services, params)), body.publicKey);
      },
    }),
    route({
      method: "POST",
      path: "/environments/:environment/probe-results",
      summary: "Takes the results of a probe worker; one that is sent twice counts once.",
      scope: "probe:work",
      status: 200,
      params: inEnvironment,
      body: resultsSchema,
      answer: z.object({ taken: z.int() }),
      handle: async ({ params: { environment }, body }) => {
        await findEnvironment(control.query, environment);
        const probes = await recordResults(control, { environment, ...body });
        for (const probe of probes) await settleProbe(control, probe);
        return { taken: probes.length };
      },
    }),
  ];
}
