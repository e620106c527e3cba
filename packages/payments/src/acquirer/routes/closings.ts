import type { FastifyInstance } from "fastify";
import { carry } from "../network/network.ts";
import { behaviourBehind } from "../operations/acquiring.ts";
import { close, type Closing, type ClosingRequest } from "../operations/close.ts";
import { renderAnswer } from "../render-answer.ts";
import { amountCents, reference } from "./schemas.ts";
import type { AcquirerServer } from "./server.ts";

const paths: Record<Closing, string> = { capture: "/captures", release: "/releases", refund: "/refunds" };

/** POST /captures, /releases and /refunds: what is done to an authorisation afterwards. */
export function addClosings(app: FastifyInstance, server: AcquirerServer): void {
  for (const [kind, path] of Object.entries(paths) as [Closing, string][]) {
    const takesAmount = kind !== "release";
    const body = {
      type: "object",
      required: ["reference", "authorisation", ...(takesAmount ? ["amountCents"] : [])],
      properties: { reference, authorisation: reference, ...(takesAmount ? { amountCents } : {}) },
      additionalProperties: false,
    };
    app.post<{ Body: ClosingRequest }>(path, { schema: { body } }, async (request, reply) =>
      carry(server.network, {
        reply,
        delivery: () =>
          server.journal.decisions.find(request.body.reference) === undefined
            ? behaviourBehind(server, request.body.authorisation).afterwards
            : "given",
        decide: async () =>
          renderAnswer({ decision: await close(server, { kind, request: request.body }) }, server),
      }),
    );
  }
}
