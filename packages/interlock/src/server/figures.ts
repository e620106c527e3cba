import { z } from "zod";
import { figuresQuerySchema, figuresSchema, mergedSchema } from "../api/figures.ts";
import { idSchema, nameSchema } from "../api/names.ts";
import type { Control } from "../control/control.ts";
import { noteMerge } from "../postmortem/figures/note-merge.ts";
import { readFigures } from "../postmortem/figures/read-figures.ts";
import { route, type Route } from "./route.ts";

/** How well incidents and changes go. */
export function figureRoutes(services: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/figures",
      summary:
        "Times of incidents, the four keys of DORA, and what became of each change's time, with definitions.",
      scope: "read",
      status: 200,
      params: z.object({ environment: nameSchema }),
      query: figuresQuerySchema,
      answer: figuresSchema,
      handle: ({ params, query: { since, until } }) =>
        readFigures(services.control.query, {
          ...params,
          since: since === undefined ? undefined : new Date(since),
          until: until === undefined ? undefined : new Date(until),
        }),
    }),
    route({
      method: "PUT",
      path: "/changes/:change/merged",
      summary: "Says when a change was merged; its time is counted from then, else from when it was pushed.",
      scope: "change:write",
      status: 200,
      params: z.object({ change: idSchema("chg") }),
      body: mergedSchema,
      answer: mergedSchema,
      handle: async ({ params, body, caller }) => {
        await noteMerge(services, { ...params, at: new Date(body.at), caller });
        return body;
      },
    }),
  ];
}
