import { z } from "zod";
import { componentKeySchema, impactStatusSchema, incidentImpactSchema, prioritySchema } from "./incidents.ts";
import { localisedLineSchema, localisedSchema } from "./localised.ts";
import { idSchema, momentSchema, nameSchema } from "./names.ts";
import { scopeTextSchema } from "./rules.ts";

/** The incident that is opened by itself when trouble with a component is confirmed. */
export const declarationSchema = z.strictObject({
  priority: prioritySchema,
  status: incidentImpactSchema.exclude(["operational"]),
  /** Whether the first update goes out by itself, too. */
  publish: z.boolean(),
  /** How long every signal must be quiet before the service counts as recovered; by default a minute. */
  recoverAfterSeconds: z.int().min(0).max(86_400).optional(),
  /** How long after its recovery the incident resolves by itself; by default a person does that. */
  resolveAfterMinutes: z.int().min(1).max(10_080).nullable().optional(),
});
export type Declaration = z.infer<typeof declarationSchema>;

const names = localisedLineSchema(100);
const descriptions = z.union([z.strictObject({}), localisedSchema(500)]);
const position = z.int().min(0).max(10_000);
const startDate = z.iso.date();

export const newComponentSchema = z.strictObject({
  key: componentKeySchema,
  names,
  descriptions: descriptions.default({}),
  /** The key of the group that it belongs to. */
  group: componentKeySchema.nullable().default(null),
  isGroup: z.boolean().default(false),
  /** By default after all that there are. */
  position: position.optional(),
  /** What of the system it is: `app=payments table=public.payments`. */
  scope: scopeTextSchema.nullable().default(null),
  declares: declarationSchema.nullable().default(null),
  isShown: z.boolean().default(true),
  onlyShowIfDegraded: z.boolean().default(false),
  /** The day on which its history begins. */
  startDate: startDate.nullable().default(null),
});
export type NewComponent = z.infer<typeof newComponentSchema>;

/** What is left out stays. */
export const componentChangeSchema = z.strictObject({
  names: names.optional(),
  descriptions: descriptions.optional(),
  group: componentKeySchema.nullable().optional(),
  position: position.optional(),
  scope: scopeTextSchema.nullable().optional(),
  declares: declarationSchema.nullable().optional(),
  isShown: z.boolean().optional(),
  onlyShowIfDegraded: z.boolean().optional(),
  startDate: startDate.nullable().optional(),
});
export type ComponentChange = z.infer<typeof componentChangeSchema>;

export const componentSchema = z.object({
  id: idSchema("cmp"),
  environment: nameSchema,
  key: componentKeySchema,
  names,
  descriptions,
  group: componentKeySchema.nullable(),
  isGroup: z.boolean(),
  position,
  scope: z.string().nullable(),
  declares: declarationSchema.nullable(),
  isShown: z.boolean(),
  onlyShowIfDegraded: z.boolean(),
  startDate: startDate.nullable(),
  /** The worst of what open incidents and maintenances do to it; of a group, to any of its components. */
  status: impactStatusSchema,
  createdAt: momentSchema,
  updatedAt: momentSchema,
});
export type Component = z.infer<typeof componentSchema>;
export const componentListSchema = z.object({ components: z.array(componentSchema) });
