import { z } from "zod";
import {
  decisionListSchema,
  gateDecisionSchema,
  gateRequestSchema,
  keptDecisionSchema,
} from "../api/gate.ts";
import { idSchema, nameSchema } from "../api/names.ts";
import { askGate } from "../gate/ask-gate.ts";
import { listDecisions } from "../gate/list-decisions.ts";
import { readDecision } from "../gate/read-decision.ts";
import type { GateServices } from "../gate/services.ts";
import { route, type Route } from "./route.ts";

const inEnvironment = z.object({ environment: nameSchema });

/** The gate's answers, and those that it gave. */
export function gateRoutes(services: GateServices): Route[] {
  return [
    route({
      method: "POST",
      path: "/environments/:environment/gate",
      summary: "Asks whether a change or a release may go on now.",
      description:
        "The answer is a decision whatever its verdict: go, blocked or unknown, with reasons. Unknown is never go. It holds for the moment; it lets nobody in.",
      scope: "gate",
      status: 200,
      params: inEnvironment,
      body: gateRequestSchema,
      answer: gateDecisionSchema,
      handle: ({ params, body, caller }) =>
        askGate(services, { environment: params.environment, request: body, caller }),
    }),
    route({
      method: "GET",
      path: "/decisions/:decision",
      summary: "A decision with the facts that it was made from.",
      scope: "read",
      status: 200,
      params: z.object({ decision: idSchema("dec") }),
      answer: keptDecisionSchema,
      handle: ({ params }) => readDecision(services, params),
    }),
    route({
      method: "GET",
      path: "/environments/:environment/decisions",
      summary: "The decisions of an environment, the latest first.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      query: z.object({
        after: idSchema("dec").optional().describe("the last decision of the page before"),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: decisionListSchema,
      handle: async ({ params: { environment }, query: { after = null, limit } }) => ({
        decisions: await listDecisions(services, { environment, after, limit }),
      }),
    }),
  ];
}
