import { statusPageChangeSchema, statusPageSchema } from "../api/status-page.ts";
import type { Control } from "../control/control.ts";
import { requireStatusPage } from "../incident/status-page/read-status-page.ts";
import { setStatusPage } from "../incident/status-page/set-status-page.ts";
import { route, type Route } from "./route.ts";

/** The settings of the public page. */
export function statusPageRoutes(services: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/status-page",
      summary: "The settings of the public page.",
      scope: "read",
      status: 200,
      answer: statusPageSchema,
      handle: () => requireStatusPage(services.control.query),
    }),
    route({
      method: "PATCH",
      path: "/status-page",
      summary: "Sets up the public page, or changes what is given of it.",
      scope: "environment:write",
      status: 200,
      body: statusPageChangeSchema,
      answer: statusPageSchema,
      handle: ({ body, caller }) => setStatusPage(services, { change: body, caller }),
    }),
  ];
}
