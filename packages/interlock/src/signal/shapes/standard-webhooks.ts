import { z } from "zod";
import { readJson } from "./json.ts";
import { readAs } from "./read-as.ts";
import type { Delivered } from "./shape.ts";

/** The payload that Standard Webhooks recommends: what it is about is in `data`. */
const deliverySchema = z.looseObject({
  type: z.string().max(200).optional(),
  data: z.looseObject({}),
});

/** `data` as generic JSON; where it does not say its state, a type such as `alert.resolved` does. */
export function readStandardWebhook(body: unknown): Delivered[] {
  const { type = "", data } = readAs(deliverySchema, body);
  const isOver = /(?:^|[._-])(?:resolved|ended|closed|recovered)$/i.test(type);
  return readJson({ ...(isOver ? { state: "ended" } : {}), ...data });
}
