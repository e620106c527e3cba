import { z } from "zod";
import { alarmSchema, alarmsQuerySchema } from "../api/alarms.ts";
import { nameSchema } from "../api/names.ts";
import type { Control } from "../control/control.ts";
import { findEnvironment } from "../environment/find-environment.ts";
import { listAlarms } from "../watch/list-alarms.ts";
import { route, type Route } from "./route.ts";

/** Live versions that a structure does not fit. */
export function alarmRoutes({ control }: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/alarms",
      summary: "Lists the last alarms, the newest first: live versions whose statements do not prepare.",
      description:
        "Raised within a second of the structural change that did it, and named with it where the database has Interlock's event triggers.",
      scope: "read",
      status: 200,
      params: z.object({ environment: nameSchema }),
      query: alarmsQuerySchema,
      answer: z.object({ alarms: z.array(alarmSchema) }),
      async handle({ params: { environment }, query: { open, limit } }) {
        await findEnvironment(control.query, environment);
        return { alarms: await listAlarms(control, { environment, isOpen: open === "true", limit }) };
      },
    }),
  ];
}
