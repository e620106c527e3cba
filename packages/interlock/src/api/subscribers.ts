import { z } from "zod";
import { localeSchema } from "./localised.ts";
import { idSchema, momentSchema, reasonSchema } from "./names.ts";

export const subscriberChannels = ["email", "webhook"] as const;
/** What a webhook is sent: the body of Statuspage, or a text for Slack and what is compatible with it. */
export const webhookFormats = ["statuspage", "slack"] as const;
/** What somebody wants to be told of. */
export const toldKinds = ["incidents", "maintenance", "postmortems"] as const;
export type ToldKind = (typeof toldKinds)[number];

const componentKey = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "write the key of a component");

export const newSubscriberSchema = z.object({
  channel: z.enum(subscriberChannels),
  /** An email address, or the URL of a webhook. Kept encrypted, never shown whole. */
  address: z.string().min(3).max(2_000),
  /** Of a webhook: by default Statuspage's. */
  format: z.enum(webhookFormats).optional(),
  /** By default the page's first language. */
  locale: localeSchema.optional(),
  /** Keys of components or groups; none for every one. */
  components: z.array(componentKey).max(200).default([]),
  kinds: z
    .array(z.enum(toldKinds))
    .min(1)
    .max(3)
    .default([...toldKinds]),
  /** Why nobody has to confirm: they agreed elsewhere, and where. Without it a message asks them. */
  confirmedBecause: reasonSchema.optional(),
});
export type NewSubscriber = z.infer<typeof newSubscriberSchema>;

export const subscriberSchema = z.object({
  id: idSchema("sub"),
  channel: z.enum(subscriberChannels),
  format: z.enum(webhookFormats).nullable(),
  /** With most of it left out. */
  address: z.string(),
  state: z.enum(["asked", "active", "ended"]),
  locale: localeSchema,
  /** Keys; empty for every one. */
  components: z.array(z.string()),
  kinds: z.array(z.enum(toldKinds)),
  createdAt: momentSchema,
  createdBy: z.string(),
  confirmedAt: momentSchema.nullable(),
  importReason: z.string().nullable(),
  endedAt: momentSchema.nullable(),
  endedBecause: z.enum(["unsubscribed", "removed", "refused", "gone", "failing"]).nullable(),
});
export type Subscriber = z.infer<typeof subscriberSchema>;

export const addedSubscriberSchema = subscriberSchema.extend({
  /** What a webhook's signatures are made with (Standard Webhooks); shown this once. Null where there is none. */
  secret: z.string().nullable(),
});
export type AddedSubscriber = z.infer<typeof addedSubscriberSchema>;

export const subscriberListQuerySchema = z.object({
  state: z.enum(["asked", "active", "ended"]).optional(),
  channel: z.enum(subscriberChannels).optional(),
  /** The last id of the page before. */
  after: idSchema("sub").optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});
export type SubscriberListQuery = z.infer<typeof subscriberListQuerySchema>;

export const subscriberListSchema = z.object({
  subscribers: z.array(subscriberSchema),
  counts: z.object({ asked: z.number(), active: z.number(), ended: z.number() }),
});

export const importRequestSchema = z.object({
  /** With a first line that names columns: address, and channel, format, locale, components, kinds where needed. */
  csv: z.string().min(1).max(3_500_000),
  confirmedBecause: reasonSchema.optional(),
});

export const importAnswerSchema = z.object({
  /** Told from now on. */
  added: z.number(),
  /** Asked to confirm. */
  asked: z.number(),
  /** There already, and left as they are. */
  known: z.number(),
  /** By line of the file, the first 200. */
  refused: z.array(z.object({ line: z.number(), why: z.string() })),
});
export type ImportAnswer = z.infer<typeof importAnswerSchema>;

const counts = z.object({
  waiting: z.number(),
  sending: z.number(),
  sent: z.number(),
  failed: z.number(),
  "given-up": z.number(),
  dropped: z.number(),
});

export const deliveryListQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** What became of telling people, the latest first. */
export const deliveryListSchema = z.object({
  tellings: z.array(
    z.object({
      kind: z.enum(["update", "component", "postmortem"]),
      /** An update, or the incident of a post-mortem. */
      subject: z.string(),
      revision: z.number(),
      publishedAt: momentSchema,
      /** Null while there are subscribers who have no delivery yet. */
      spreadAt: momentSchema.nullable(),
      email: counts,
      webhook: counts,
      /** Attempts of which nobody knows whether they arrived. */
      doubts: z.number(),
      lastSentAt: momentSchema.nullable(),
      /** What failed last, by how often. */
      problems: z.array(z.object({ problem: z.string(), count: z.number() })),
    }),
  ),
});
export type DeliveryList = z.infer<typeof deliveryListSchema>;
