import { z } from "zod";

/** How large the tables of a database are: format `interlock-stats/1`. */
export const statsSchema = z.object({
  format: z.literal("interlock-stats/1"),
  /** Of the server that they were read from: "17.2". */
  serverVersion: z.string(),
  takenAt: z.iso.datetime({ offset: true }),
  tables: z.array(
    z.object({
      schema: z.string().min(1),
      name: z.string().min(1),
      /** PostgreSQL's own estimate; null where it has never counted. */
      rows: z.number().nonnegative().nullable(),
      /** Of the table with what is stored beside it, without indexes. */
      bytes: z.number().nonnegative(),
      indexBytes: z.number().nonnegative(),
    }),
  ),
});

export type Stats = z.infer<typeof statsSchema>;
export type TableStats = Stats["tables"][number];
