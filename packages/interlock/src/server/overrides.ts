import { z } from "zod";
import { nameSchema } from "../api/names.ts";
import { newOverrideSchema, overrideListSchema, overrideSchema } from "../api/overrides.ts";
import type { Control } from "../control/control.ts";
import { listOverrides } from "../gate/list-overrides.ts";
import { makeOverride } from "../gate/make-override.ts";
import { route, type Route } from "./route.ts";

const inEnvironment = z.object({ environment: nameSchema });

/** Rules that were set aside for one subject. */
export function overridesRoutes(services: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/overrides",
      summary: "The overrides that hold in an environment, the latest first.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      answer: overrideListSchema,
      handle: async ({ params }) => ({ overrides: await listOverrides(services, params) }),
    }),
    route({
      method: "POST",
      path: "/environments/:environment/overrides",
      summary:
        "Sets named rules or incidents aside for one subject, for four hours at most. Evidence can't be.",
      scope: "override",
      status: 201,
      params: inEnvironment,
      body: newOverrideSchema,
      answer: overrideSchema,
      handle: ({ params, body, caller }) => makeOverride(services, { ...params, ...body, caller }),
    }),
  ];
}
