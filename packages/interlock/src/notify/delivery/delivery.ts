import type { Locale } from "../../api/localised.ts";

/** Calls of a unit, confirmations, everything else: no lane waits for another. */
export const lanes = { call: 0, confirmation: 1, telling: 2 } as const;
export type Lane = (typeof lanes)[keyof typeof lanes];

/** A delivery that this server has claimed, with its receiver. */
export interface Claimed {
  number: string;
  kind: "update" | "component" | "postmortem" | "confirmation" | "call";
  subject: string;
  revision: number;
  receiver: string;
  channel: "email" | "webhook";
  host: string | null;
  /** This one included. */
  attempts: number;
  /** The receiver, where it is a subscriber that has not ended. */
  subscriber: {
    sealed: Uint8Array;
    locale: Locale;
    format: "statuspage" | "slack" | null;
    refusals: number;
  } | null;
}

/** What came of an attempt. */
export type Outcome =
  | { state: "sent" }
  /** Tried again after a rest, until there is none left. `doubt`: it may have arrived. */
  | { state: "failed-for-now"; problem: string; doubt: boolean }
  /** Not begun, and no fault of the receiver's: it counts as no attempt. */
  | { state: "released"; afterMs: number; problem: string | null }
  /** Never tried again. `refusal`: the address itself is refused. `gone`: it says that there is nobody any more. */
  | { state: "failed"; problem: string; refusal: boolean; gone?: boolean }
  | { state: "dropped"; problem: string };
