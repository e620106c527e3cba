import { requireEverywhere } from "../access/require-everywhere.ts";
import { z } from "zod";
import {
  askRehearsalSchema,
  changeDetailSchema,
  changeSchema,
  closeChangeSchema,
  mostChangeBytes,
  newChangeSchema,
  pushedChangeSchema,
  rehearsalDetailSchema,
  rehearsalSchema,
} from "../api/changes.ts";
import { idSchema } from "../api/names.ts";
import type { Control } from "../control/control.ts";
import { closeChange } from "../evidence/close-change.ts";
import { listChanges } from "../evidence/list-changes.ts";
import { markIncident } from "../evidence/mark-incident.ts";
import { pushChange } from "../evidence/push-change.ts";
import { readChange, readRehearsal } from "../evidence/read-change.ts";
import { rehearseWith } from "../evidence/rehearse-with.ts";
import type { EvidenceServices } from "../evidence/services.ts";
import { route, type Route } from "./route.ts";

const params = z.object({ change: idSchema("chg") });

/** Migrations that somebody wants to release, and what rehearsing them showed. */
export function changeRoutes({
  control,
  evidence,
}: {
  control: Control;
  evidence: EvidenceServices;
}): Route[] {
  return [
    route({
      method: "GET",
      path: "/changes",
      summary: "Lists changes, the newest first.",
      scope: "read",
      status: 200,
      query: z.object({
        open: z.enum(["true", "false"]).default("false"),
        limit: z.coerce.number().int().min(1).max(500).default(50),
      }),
      answer: z.object({ changes: z.array(changeSchema) }),
      handle: async ({ query: { open, limit } }) => ({
        changes: await listChanges(control.query, { isOpen: open === "true", limit }),
      }),
    }),
    route({
      method: "POST",
      path: "/changes",
      summary: "Takes a change in. The same files, baseline and version give the same change again.",
      scope: "change:write",
      status: 200,
      largestBody: 2 * mostChangeBytes,
      body: newChangeSchema,
      answer: pushedChangeSchema,
      handle: ({ body: change, caller }) => pushChange({ control }, { change, caller }),
    }),
    route({
      method: "GET",
      path: "/changes/:change",
      summary: "Shows a change with its files and its rehearsals: reports, plans, proofs.",
      scope: "read",
      status: 200,
      params,
      answer: changeDetailSchema,
      handle: ({ params: { change } }) => readChange(control.query, change),
    }),
    route({
      method: "GET",
      path: "/changes/:change/rehearsals/:rehearsal",
      summary: "Shows a rehearsal: report, plan, proof.",
      scope: "read",
      status: 200,
      params: params.extend({ rehearsal: idSchema("reh") }),
      answer: rehearsalDetailSchema,
      handle: ({ params: asked }) => readRehearsal(control.query, asked),
    }),
    route({
      method: "POST",
      path: "/changes/:change/rehearsals",
      summary: "Has a change rehearsed with the versions that are live in an environment, or with these.",
      description: "One that was done already is given back; one that failed is tried again.",
      scope: "change:write",
      status: 202,
      params,
      body: askRehearsalSchema,
      answer: rehearsalSchema,
      handle: ({ params: { change }, body, caller }) => rehearseWith(evidence, { change, ...body, caller }),
    }),
    route({
      method: "POST",
      path: "/changes/:change/close",
      summary: "Closes a change: as shipped, or as abandoned.",
      scope: "change:write",
      status: 200,
      params,
      body: closeChangeSchema,
      answer: changeDetailSchema,
      handle: async ({ params: { change }, body, caller }) => {
        requireEverywhere(caller, "close a change");
        await closeChange({ control }, { change, as: body.as, actor: caller.owner });
        return readChange(control.query, change);
      },
    }),
    route({
      method: "PUT",
      path: "/changes/:change/caused-incident",
      summary: "Says which incident a change caused; backtests of rules go by it.",
      scope: "incident:write",
      status: 200,
      params,
      body: z.object({ incident: z.string().trim().min(1).max(200).nullable() }),
      answer: changeDetailSchema,
      handle: async ({ params: { change }, body: { incident }, caller }) => {
        requireEverywhere(caller, "say which change caused an incident");
        await markIncident({ control }, { change, incident, caller });
        return readChange(control.query, change);
      },
    }),
  ];
}
