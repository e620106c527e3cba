import { z } from "zod";

/** Any JSON value: what is read has been parsed. `z.json()` refers to itself, which our OpenAPI document can't say. */
const jsonSchema = z.custom<z.core.util.JSONType>((value) => value !== undefined);

/** The statements that an app version sends to the database: format `interlock-workload/1`. */
export const workloadSchema = z.object({
  format: z.literal("interlock-workload/1"),
  app: z.string().min(1),
  version: z.string().min(1),
  statements: z.array(
    z.object({
      name: z.string().min(1),
      sql: z.string().min(1),
      /** Whether the app sends it as a named prepared statement, whose plan outlives a change. */
      prepared: z.boolean().optional(),
      /** How often it was seen. */
      calls: z.number().int().nonnegative().optional(),
      /** Values of the parameters, a list a call, as text or null, or as JSON values. */
      samples: z.array(z.array(jsonSchema)).optional(),
    }),
  ),
});

export type Workload = z.infer<typeof workloadSchema>;
export type WorkloadStatement = Workload["statements"][number];

/** `payments@2.3.0`: what the app sends as `application_name`. */
export function appVersion({ app, version }: Pick<Workload, "app" | "version">): string {
  return `${app}@${version}`;
}
