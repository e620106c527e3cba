import { z } from "zod";
import { approvalListSchema, approvalSchema, newApprovalSchema } from "../api/approvals.ts";
import { idSchema, nameSchema } from "../api/names.ts";
import type { Control } from "../control/control.ts";
import { approveChange } from "../gate/approve-change.ts";
import { listApprovals } from "../gate/list-approvals.ts";
import { withdrawApproval } from "../gate/withdraw-approval.ts";
import { route, type Route } from "./route.ts";

const inEnvironment = z.object({ environment: nameSchema });

/** Who agreed to which change going where. */
export function approvalsRoutes(services: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/approvals",
      summary: "The approvals that hold in an environment, the latest first.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      query: z.object({ change: idSchema("chg").optional() }),
      answer: approvalListSchema,
      handle: async ({ params: { environment }, query: { change = null } }) => ({
        approvals: await listApprovals(services, { environment, change }),
      }),
    }),
    route({
      method: "POST",
      path: "/environments/:environment/approvals",
      summary: "Approves a change for an environment; never by its author.",
      scope: "approve",
      status: 201,
      params: inEnvironment,
      body: newApprovalSchema,
      answer: approvalSchema,
      handle: ({ params, body, caller }) => approveChange(services, { ...params, ...body, caller }),
    }),
    route({
      method: "DELETE",
      path: "/approvals/:approval",
      summary: "Takes an approval back.",
      scope: "approve",
      status: 200,
      params: z.object({ approval: idSchema("apr") }),
      answer: approvalSchema,
      handle: ({ params, caller }) => withdrawApproval(services, { ...params, caller }),
    }),
  ];
}
