import { z } from "zod";
import {
  environmentSchema,
  environmentStatusSchema,
  newEnvironmentSchema,
  toolsSchema,
} from "../api/environments.ts";
import { nameSchema } from "../api/names.ts";
import { requireEveryEnvironment } from "../access/require-every-environment.ts";
import type { Control } from "../control/control.ts";
import { addEnvironment } from "../environment/add-environment.ts";
import { listEnvironments } from "../environment/list-environments.ts";
import { removeEnvironment } from "../environment/remove-environment.ts";
import { setTools } from "../environment/set-tools.ts";
import type { EvidenceServices } from "../evidence/services.ts";
import { environmentStatus } from "../gate/environment-status.ts";
import { route, type Route } from "./route.ts";

const params = z.object({ environment: nameSchema });

/** Where versions run: added, shown, removed. */
export function environmentRoutes(services: { control: Control; evidence: EvidenceServices }): Route[] {
  const { control, evidence } = services;
  return [
    route({
      method: "GET",
      path: "/environments",
      summary: "Lists the environments.",
      scope: "read",
      status: 200,
      answer: z.object({ environments: z.array(environmentSchema) }),
      handle: async () => ({ environments: await listEnvironments(control.query) }),
    }),
    route({
      method: "POST",
      path: "/environments",
      summary: "Adds an environment, without databases.",
      scope: "environment:write",
      status: 201,
      body: newEnvironmentSchema,
      answer: environmentSchema,
      handle: ({ body, caller }) => {
        requireEveryEnvironment(caller);
        return addEnvironment({ control }, { ...body, caller });
      },
    }),
    route({
      method: "GET",
      path: "/environments/:environment",
      summary: "Shows what is live on which structure: versions, databases, changes, and what does not fit.",
      scope: "read",
      status: 200,
      params,
      answer: environmentStatusSchema,
      handle: ({ params: { environment } }) => environmentStatus(evidence, environment),
    }),
    route({
      method: "PUT",
      path: "/environments/:environment/tools",
      summary: "Says which sessions are no app: psql, pg_dump, a backup.",
      scope: "environment:write",
      status: 200,
      params,
      body: z.object({ tools: toolsSchema }),
      answer: z.object({ tools: z.array(z.string()) }),
      handle: async ({ params: { environment }, body: { tools }, caller }) => {
        await setTools({ control }, { environment, tools, caller });
        return { tools };
      },
    }),
    route({
      method: "DELETE",
      path: "/environments/:environment",
      summary: "Removes an environment that has no databases and no history.",
      scope: "environment:write",
      status: 200,
      params,
      answer: z.object({ name: nameSchema }),
      handle: async ({ params: { environment }, caller }) => {
        await removeEnvironment({ control }, { environment, caller });
        return { name: environment };
      },
    }),
  ];
}
