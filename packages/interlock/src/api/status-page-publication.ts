import { z } from "zod";

const failureSchema = z.object({
  code: z.string(),
  message: z.string(),
  why: z.string().nullable(),
  since: z.iso.datetime(),
});

/** How it goes with the status page on the server that was asked. */
export const publicationSchema = z.object({
  /** When the control database was last read for it; null where this server has not been able to yet. */
  readAt: z.iso.datetime().nullable(),
  /** When anything on the page was last changed; null where there is no page. */
  changedAt: z.iso.datetime().nullable(),
  files: z.number().int(),
  bytes: z.number().int(),
  targets: z.array(
    z.object({
      /** A directory of the server, or `s3://bucket/prefix`. */
      place: z.string(),
      writtenAt: z.iso.datetime().nullable(),
      failure: failureSchema.nullable(),
    }),
  ),
});
export type PublicationOnWire = z.infer<typeof publicationSchema>;
