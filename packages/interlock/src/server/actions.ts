import { z } from "zod";
import {
  acceptActionSchema,
  actionListSchema,
  actionReferenceSchema,
  actionSchema,
  changeActionSchema,
  endActionSchema,
  newActionSchema,
  suggestionListSchema,
} from "../api/actions.ts";
import { incidentReferenceSchema } from "../api/incidents.ts";
import { nameSchema } from "../api/names.ts";
import type { Control } from "../control/control.ts";
import { acceptAction } from "../postmortem/actions/accept-action.ts";
import { changeAction } from "../postmortem/actions/change-action.ts";
import { endAction } from "../postmortem/actions/end-action.ts";
import { readAction } from "../postmortem/actions/find-action.ts";
import { listActions } from "../postmortem/actions/list-actions.ts";
import { proposeAction } from "../postmortem/actions/propose-action.ts";
import { suggestActions } from "../postmortem/actions/suggest-actions.ts";
import { readFacts } from "../postmortem/read-facts.ts";
import { route, type Route } from "./route.ts";

const ofIncident = z.object({ incident: incidentReferenceSchema });
const ofAction = z.object({ action: actionReferenceSchema });

/** What will be done about incidents, and how it becomes a rule of the gate. */
export function actionRoutes(services: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/actions",
      summary:
        "Actions, those that are due first on top, each with what the gate has held back because of it.",
      scope: "read",
      status: 200,
      query: z.object({
        incident: incidentReferenceSchema.optional(),
        environment: nameSchema.optional(),
        all: z.enum(["true", "false"]).default("false").describe("those that have ended, too"),
      }),
      answer: actionListSchema,
      handle: async ({ query }) => ({
        actions: await listActions(services, { ...query, all: query.all === "true" }),
      }),
    }),
    route({
      method: "GET",
      path: "/incidents/:incident/actions/suggested",
      summary: "Actions that the facts of an incident speak for; nothing is kept of them.",
      scope: "read",
      status: 200,
      params: ofIncident,
      answer: suggestionListSchema,
      handle: async ({ params }) => ({
        suggestions: suggestActions(await readFacts(services.control.query, params.incident), new Date()),
      }),
    }),
    route({
      method: "POST",
      path: "/incidents/:incident/actions",
      summary: "Proposes an action: a task, a block, or a rule.",
      description:
        "Of a block and a rule the answer holds the backtest: which changes of the past it would have held back, the one that caused the incident among them. Neither holds anything back before it is accepted.",
      scope: "incident:write",
      status: 201,
      params: ofIncident,
      body: newActionSchema,
      answer: actionSchema,
      handle: ({ params, body, caller }) => proposeAction(services, { ...params, action: body, caller }),
    }),
    route({
      method: "GET",
      path: "/actions/:action",
      summary: "An action, with its backtest and what the gate has held back because of it.",
      scope: "read",
      status: 200,
      params: ofAction,
      answer: actionSchema,
      handle: ({ params }) => readAction(services, params.action),
    }),
    route({
      method: "PATCH",
      path: "/actions/:action",
      summary: "Changes what an action says, whose it is, or when it is due.",
      scope: "incident:write",
      status: 200,
      params: ofAction,
      body: changeActionSchema,
      answer: actionSchema,
      handle: ({ params, body, caller }) => changeAction(services, { ...params, change: body, caller }),
    }),
    route({
      method: "POST",
      path: "/actions/:action/accept",
      summary: "Brings a block or a rule into force, by the digest of the backtest that was read.",
      scope: "rule:write",
      status: 200,
      params: ofAction,
      body: acceptActionSchema,
      answer: actionSchema,
      handle: ({ params, body, caller }) =>
        acceptAction(services, { ...params, digest: body.backtest, caller }),
    }),
    route({
      method: "POST",
      path: "/actions/:action/done",
      summary: "Says that an action is done; a block of it is lifted.",
      scope: "incident:write",
      status: 200,
      params: ofAction,
      body: endActionSchema,
      answer: actionSchema,
      handle: ({ params, body, caller }) =>
        endAction(services, { ...params, as: "done", reason: body.reason, caller }),
    }),
    route({
      method: "POST",
      path: "/actions/:action/drop",
      summary: "Drops an action, with the reason; what it put into the gate is lifted.",
      scope: "incident:write",
      status: 200,
      params: ofAction,
      body: endActionSchema,
      answer: actionSchema,
      handle: ({ params, body, caller }) =>
        endAction(services, { ...params, as: "dropped", reason: body.reason, caller }),
    }),
  ];
}
