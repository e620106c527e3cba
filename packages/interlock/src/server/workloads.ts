import { z } from "zod";
import { appSchema, versionSchema } from "../api/names.ts";
import { mostWorkloadBytes, storedWorkloadSchema } from "../api/workloads.ts";
import type { Control } from "../control/control.ts";
import { listWorkloads } from "../evidence/list-workloads.ts";
import { pushWorkload } from "../evidence/push-workload.ts";
import { workloadSchema } from "../workload/workload.ts";
import { route, type Route } from "./route.ts";

/** The statements of app versions. */
export function workloadRoutes({ control }: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/workloads",
      summary: "Lists the workloads that are stored, the last pushed first, without their statements.",
      scope: "read",
      status: 200,
      query: z.object({
        app: appSchema.optional(),
        limit: z.coerce.number().int().min(1).max(500).default(50),
      }),
      answer: z.object({ workloads: z.array(storedWorkloadSchema) }),
      handle: async ({ query }) => ({ workloads: await listWorkloads(control.query, query) }),
    }),
    route({
      method: "PUT",
      path: "/workloads/:app/:version",
      summary: "Stores the statements of an app version: the file that `interlock record` wrote.",
      description: "Replacing one is allowed; what was rehearsed with the one before no longer counts.",
      scope: "workload:write",
      status: 200,
      // Escapes make JSON larger than what it says.
      largestBody: 2 * mostWorkloadBytes,
      params: z.object({ app: appSchema, version: versionSchema }),
      body: workloadSchema,
      answer: storedWorkloadSchema,
      handle: ({ params, body: workload, caller }) =>
        pushWorkload({ control }, { ...params, workload, caller }),
    }),
  ];
}
