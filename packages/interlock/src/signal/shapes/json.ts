import { z } from "zod";
import { momentSchema } from "../../api/names.ts";
import { readAs } from "./read-as.ts";
import { severityOf } from "./severity-of.ts";
import type { Delivered } from "./shape.ts";
import { keptText, momentOf, textsOf } from "./texts.ts";

const oneSchema = z.looseObject({
  key: z.string().trim().min(1).max(300),
  state: z.enum(["firing", "ended"]).default("firing"),
  title: z.string().trim().min(1).max(300),
  severity: z.string().max(50).optional(),
  startedAt: momentSchema.optional(),
  endedAt: momentSchema.optional(),
});

const deliverySchema = z.union([
  oneSchema.transform((one) => [one]),
  z.object({ signals: z.array(oneSchema).max(1_000) }).transform(({ signals }) => signals),
]);

/** JSON of one's own: a signal, or several in `signals`. Whatever else is in one is kept, and may be mapped. */
export function readJson(body: unknown): Delivered[] {
  return readAs(deliverySchema, body).map((one) => {
    const { key, state, title, severity, startedAt, endedAt, ...others } = one;
    const labels = textsOf(others);
    return {
      key: keptText(key, 300),
      state,
      title: keptText(title, 300),
      severity: severityOf(severity),
      startedAt: momentOf(startedAt),
      endedAt: momentOf(endedAt),
      labels,
      detail: labels,
    };
  });
}
