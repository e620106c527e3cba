import { z } from "zod";
import { addedDatabaseSchema, databaseSchema, newDatabaseSchema } from "../api/environments.ts";
import { nameSchema } from "../api/names.ts";
import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { addDatabase } from "../environment/add-database.ts";
import { listDatabases } from "../environment/list-databases.ts";
import { removeDatabase } from "../environment/remove-database.ts";
import { route, type Route } from "./route.ts";

const params = z.object({ environment: nameSchema });

/** The databases of an environment. Their URLs go in and never come out. */
export function databaseRoutes(services: { control: Control; sealer: Sealer }): Route[] {
  return [
    route({
      method: "GET",
      path: "/environments/:environment/databases",
      summary: "Lists the databases of an environment.",
      scope: "read",
      status: 200,
      params,
      answer: z.object({ databases: z.array(databaseSchema) }),
      handle: async ({ params: { environment } }) => ({
        databases: await listDatabases(services.control.query, environment),
      }),
    }),
    route({
      method: "POST",
      path: "/environments/:environment/databases",
      summary: "Adds a database: its URL is kept encrypted, and connected to first unless told not to.",
      scope: "environment:write",
      status: 201,
      params,
      body: newDatabaseSchema,
      answer: addedDatabaseSchema,
      handle: ({ params: { environment }, body: database, caller }) =>
        addDatabase(services, { environment, database, caller }),
    }),
    route({
      method: "DELETE",
      path: "/environments/:environment/databases/:database",
      summary: "Takes a database out of an environment; the database itself is not touched.",
      scope: "environment:write",
      status: 200,
      params: params.extend({ database: nameSchema }),
      answer: z.object({ name: nameSchema }),
      handle: async ({ params: { environment, database: name }, caller }) => {
        await removeDatabase(services, { environment, name, caller });
        return { name };
      },
    }),
  ];
}
