import { z } from "zod";
import { idSchema } from "../api/names.ts";
import {
  confirmationSchema,
  publicationSchema,
  updateEditSchema,
  updateSchema,
  withdrawalSchema,
} from "../api/updates.ts";
import type { Control } from "../control/control.ts";
import { confirmUpdate } from "../incident/updates/confirm-update.ts";
import { editUpdate } from "../incident/updates/edit-update.ts";
import { readUpdate } from "../incident/updates/find-update.ts";
import { publishUpdate } from "../incident/updates/publish-update.ts";
import { withdrawUpdate } from "../incident/updates/withdraw-update.ts";
import { route, type Route } from "./route.ts";

const ofUpdate = z.object({ update: idSchema("upd") });

/** Public messages after they were written. */
export function updateRoutes(services: { control: Control }): Route[] {
  const common = {
    method: "POST",
    scope: "incident:write",
    status: 200,
    params: ofUpdate,
    answer: updateSchema,
  } as const;
  return [
    route({
      ...common,
      method: "GET",
      path: "/updates/:update",
      summary: "An update with its text in every language.",
      scope: "read",
      handle: ({ params }) => readUpdate(services.control.query, params.update),
    }),
    route({
      ...common,
      path: "/updates/:update/publish",
      summary: "Publishes a draft.",
      body: publicationSchema,
      handle: ({ params, body, caller }) => publishUpdate(services, { ...params, ...body, caller }),
    }),
    route({
      ...common,
      method: "PATCH",
      path: "/updates/:update",
      summary: "Writes texts of an update anew, by the revisions that were read.",
      description:
        "Changing the meaning in one language makes the others stale until they are written or confirmed; a correction does not, and tells nobody.",
      body: updateEditSchema,
      handle: ({ params, body, caller }) => editUpdate(services, { ...params, edit: body, caller }),
    }),
    route({
      ...common,
      path: "/updates/:update/confirm",
      summary: "Says that stale texts still say what the others do.",
      body: confirmationSchema,
      handle: ({ params, body, caller }) => confirmUpdate(services, { ...params, ...body, caller }),
    }),
    route({
      ...common,
      path: "/updates/:update/withdraw",
      summary: "Takes an update off the page; its texts are kept.",
      body: withdrawalSchema,
      handle: ({ params, body, caller }) => withdrawUpdate(services, { ...params, ...body, caller }),
    }),
  ];
}
