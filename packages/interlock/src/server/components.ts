import { z } from "zod";
import {
  componentChangeSchema,
  componentListSchema,
  componentSchema,
  newComponentSchema,
} from "../api/components.ts";
import { nameSchema } from "../api/names.ts";
import type { Control } from "../control/control.ts";
import { addComponent } from "../incident/components/add-component.ts";
import { listComponents } from "../incident/components/list-components.ts";
import { removeComponent } from "../incident/components/remove-component.ts";
import { setComponent } from "../incident/components/set-component.ts";
import { route, type Route } from "./route.ts";

const inEnvironment = z.object({ environment: nameSchema });
const ofComponent = z.object({ environment: nameSchema, component: nameSchema });
const path = "/environments/:environment/components";

/** What clients see as one service, and groups of them. */
export function componentRoutes(services: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path,
      summary: "The components of an environment, each with the state that it is in.",
      scope: "read",
      status: 200,
      params: inEnvironment,
      answer: componentListSchema,
      handle: async ({ params }) => ({ components: await listComponents(services, params) }),
    }),
    route({
      method: "POST",
      path,
      summary: "Adds a component, or a group of components.",
      scope: "incident:write",
      status: 201,
      params: inEnvironment,
      body: newComponentSchema,
      answer: componentSchema,
      handle: ({ params, body, caller }) => addComponent(services, { ...params, component: body, caller }),
    }),
    route({
      method: "PATCH",
      path: `${path}/:component`,
      summary: "Changes what is given of a component.",
      scope: "incident:write",
      status: 200,
      params: ofComponent,
      body: componentChangeSchema,
      answer: componentSchema,
      handle: ({ params: { environment, component }, body, caller }) =>
        setComponent(services, { environment, key: component, change: body, caller }),
    }),
    route({
      method: "DELETE",
      path: `${path}/:component`,
      summary: "Takes a component off the page; its history stays.",
      scope: "incident:write",
      status: 200,
      params: ofComponent,
      answer: componentSchema,
      handle: ({ params: { environment, component }, caller }) =>
        removeComponent(services, { environment, key: component, caller }),
    }),
  ];
}
