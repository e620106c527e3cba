import { z } from "zod";
import { nameSchema } from "./names.ts";
import { numberSchema } from "./audit.ts";

/** Something that happened, as it is sent to live views: the data of one server-sent event, whose id is `number`. */
export const eventSchema = z.object({
  number: z.string(),
  at: z.string(),
  kind: z.string(),
  environment: z.string().nullable(),
  subject: z.string(),
  detail: z.unknown(),
});
export type EventOnWire = z.infer<typeof eventSchema>;

export const eventsQuerySchema = z.strictObject({
  /** Only events of this environment. */
  environment: nameSchema.optional(),
  /** Begin after this event; the header Last-Event-ID, which a browser sends by itself, goes before it. */
  after: numberSchema.optional(),
});

export const lastEventIdSchema = numberSchema;
