import type { Severity } from "../../api/signals.ts";
import type { Said } from "../fold-signal.ts";

/** One trouble in a delivery, in our words. */
export interface Delivered extends Said {
  key: string;
  title: string;
  severity: Severity;
  /** What a source's mapping may look at. */
  labels: Record<string, string>;
  /** What else is worth keeping: texts. */
  detail: Record<string, string>;
}

/** Reads what one kind of sender sends. Throws `Failure` "input-not-valid". */
export type ReadDelivery = (body: unknown) => Delivered[];
