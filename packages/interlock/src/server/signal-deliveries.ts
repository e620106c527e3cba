import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from "fastify";
import { Webhook } from "standardwebhooks";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { findSigningSource, findSourceByRoutingKey, findSourceBySecret } from "../signal/find-source.ts";
import { takeDelivery } from "../signal/take-delivery.ts";
import { Failure } from "../std/failure.ts";
import { refuseUnstorable } from "./refuse-unstorable.ts";

const largestDelivery = 1024 * 1024;

/** From one address in a minute, known or not. */
const mostDeliveries = 600;

type Services = { control: Control; sealer: Sealer };

/**
 * Where monitoring systems send signals that can't send a token of Interlock's: a secret in the URL, a signature
 * (Standard Webhooks), or PagerDuty's routing key.
 */
export function signalDeliveries(services: Services): FastifyPluginAsync {
  return async (app) => {
    // Signatures are over bytes, so nothing may parse them before.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
      done(null, body);
    });
    bySecret(app, services);
    bySignature(app, services);
    byRoutingKey(app, services);
  };
}

const options = {
  bodyLimit: largestDelivery,
  schema: { hide: true },
  config: { rateLimit: { max: mostDeliveries, timeWindow: 60_000 } },
};

function bySecret(app: FastifyInstance, services: Services): void {
  app.post("/integrations/signals/:source/:secret", options, async (request, reply) => {
    const { source: id, secret } = textParams(request);
    const source = await findSourceBySecret(services, { id, secret });
    if (source === undefined) throw notKnown();
    const taken = await takeDelivery(services, { source, body: read(bodyOf(request)) });
    return reply.status(202).send({ taken: taken.length });
  });
}

function bySignature(app: FastifyInstance, services: Services): void {
  app.post("/integrations/signals/:source", options, async (request, reply) => {
    const { source: id } = textParams(request);
    const found = await findSigningSource(services, id);
    const body = bodyOf(request);
    if (found === undefined || !isSigned(found.secret, { body, request })) throw notKnown();
    const taken = await takeDelivery(services, { source: found.source, body: read(body) });
    return reply.status(202).send({ taken: taken.length });
  });
}

/** PagerDuty's own address ends so: its clients only need another host. */
function byRoutingKey(app: FastifyInstance, services: Services): void {
  app.post("/integrations/pagerduty/v2/enqueue", options, async (request, reply) => {
    const body = read(bodyOf(request));
    const key =
      typeof body === "object" && body !== null ? (Reflect.get(body, "routing_key") as unknown) : null;
    const source = typeof key === "string" ? await findSourceByRoutingKey(services, key) : undefined;
    if (source === undefined) throw notKnown();
    const [taken] = await takeDelivery(services, { source, body });
    return reply
      .status(202)
      .send({ status: "success", message: "Event processed", dedup_key: taken?.key ?? "" });
  });
}

function textParams({ params }: FastifyRequest): { source: string; secret: string } {
  refuseUnstorable(params);
  const { source, secret = "" } = params as { source: string; secret?: string };
  return { source, secret };
}

function bodyOf({ body }: FastifyRequest): Buffer {
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

function isSigned(secret: string, { body, request }: { body: Buffer; request: FastifyRequest }): boolean {
  const { headers } = request;
  const header = (name: string): string => {
    const value = headers[name];
    return typeof value === "string" ? value : "";
  };
  try {
    // Also refuses what was signed more than five minutes ago.
    new Webhook(secret).verify(body, {
      "webhook-id": header("webhook-id"),
      "webhook-timestamp": header("webhook-timestamp"),
      "webhook-signature": header("webhook-signature"),
    });
    return true;
  } catch {
    return false;
  }
}

function read(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    throw new Failure({
      code: "input-not-valid",
      message: "The delivery can't be used.",
      why: "It is no JSON.",
      state: "Nothing was taken.",
    });
  }
}

function notKnown(): Failure {
  return new Failure({
    code: "unauthenticated",
    message: "The delivery does not prove whose it is.",
    why: "No source has this address with this secret, or its signature is not right or too old.",
    state: "Nothing was taken.",
    next: "See the source's address: interlock signal source add shows it once.",
  });
}
