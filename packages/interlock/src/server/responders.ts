import { z } from "zod";
import { idSchema, nameSchema } from "../api/names.ts";
import { newResponderSchema, responderListSchema, responderSchema } from "../api/unit.ts";
import type { IncidentServices } from "../incident/services.ts";
import { addResponder } from "../incident/unit/add-responder.ts";
import { removeResponder } from "../incident/unit/remove-responder.ts";
import { listResponders } from "../incident/unit/responders.ts";
import { route, type Route } from "./route.ts";

const inEnvironment = z.object({ environment: nameSchema });

/** Who is called when a unit opens. */
export function responderRoutes(services: Pick<IncidentServices, "control" | "sealer">): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/responders",
      summary: "Who is called, by role and level; addresses without what is secret in them.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      answer: responderListSchema,
      handle: async ({ params }) => ({ responders: await listResponders(services, params) }),
    }),
    route({
      method: "POST",
      path: "/environments/:environment/responders",
      summary: "Says who is called for a role. The address is kept encrypted and never shown again.",
      scope: "incident:write",
      status: 201,
      params: inEnvironment,
      body: newResponderSchema,
      answer: responderSchema,
      handle: ({ params, body, caller }) => addResponder(services, { ...params, responder: body, caller }),
    }),
    route({
      method: "DELETE",
      path: "/responders/:responder",
      summary: "From now on somebody is called no more.",
      scope: "incident:write",
      status: 200,
      params: z.object({ responder: idSchema("rsp") }),
      answer: responderSchema,
      handle: ({ params, caller }) => removeResponder(services, { ...params, caller }),
    }),
  ];
}
