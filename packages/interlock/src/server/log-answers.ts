import type { FastifyInstance } from "fastify";
import { isResponseSerializationError } from "fastify-type-provider-zod";
import { messageOf } from "../std/failure.ts";
import type { Log } from "../std/log.ts";

/** Probes and scrapes come every few seconds and say nothing. */
const quiet = new Set(["/healthz", "/readyz", "/metrics"]);

/** A line for every answer: never an address as it was sent, nor a header or a body. */
export function logAnswers(app: FastifyInstance, log: Log): void {
  app.addHook("onResponse", async ({ id, method, routeOptions, caller, ip }, reply) => {
    const route = routeOptions.url ?? "(none)";
    if (quiet.has(route) || route.startsWith("/api/v1/docs")) return;
    log.info(
      {
        request: id,
        method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        address: ip,
        ...(caller === undefined ? {} : { owner: caller.owner, tokenId: caller.token }),
      },
      "answered",
    );
  });
}

/** Our own fault, for whoever has to find it. The log leaves out what may be secret. */
export function logFault(log: Log, { error, id }: { error: unknown; id: string }): void {
  const facts = {
    request: id,
    error: messageOf(error),
    ...(error instanceof Error ? { name: error.name, stack: error.stack } : {}),
    ...(error instanceof Error && error.cause !== undefined ? { cause: messageOf(error.cause) } : {}),
    // Which fields of an answer are not as described: their names only.
    ...(isResponseSerializationError(error)
      ? { fields: error.cause.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) }
      : {}),
  };
  log.error(facts, "a request failed through a fault of Interlock's own");
}
