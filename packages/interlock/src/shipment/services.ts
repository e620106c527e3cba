import type { ClientConfig } from "pg";
import type { Caller } from "../access/caller.ts";
import type { GateDecision, GateRequest } from "../api/gate.ts";
import type { Control, Transaction } from "../control/control.ts";
import type { Log } from "../std/log.ts";

/** What shipping needs of the parts of the server below it, passed in so that each can be tested without the others. */
export interface ShipmentServices {
  control: Control;
  log: Log;
  /** The gate's answer, for somebody who goes on at once in this transaction (gate/admit.ts). */
  admit(
    transaction: Transaction,
    question: { environment: string; request: GateRequest; caller: Caller },
  ): Promise<GateDecision>;
  /** What a target database is opened with (environment/open-database.ts). */
  databaseConnection(database: { environment: string; name: string }): Promise<ClientConfig>;
  /** Closes a change that is everywhere (evidence/close-change.ts). */
  closeChange(closing: { change: string; as: "shipped"; actor: string }): Promise<void>;
  pace?: Partial<Pace>;
}

/** How patiently a shipment waits, in milliseconds. */
export interface Pace {
  /** How often the rows are looked at for what somebody asked for. */
  lookEveryMs: number;
  /** How long after a gate's no it is asked again, unless something happens before. */
  askAgainMs: number;
  /** How long a go of the gate holds for a database's phase to begin; it is asked anew after that. */
  goHoldsMs: number;
  /** How long an executor that is at work in a database, perhaps a dead one's session, is waited for. */
  otherExecutorMs: number;
  /** How often at most a database's progress is written. */
  progressEveryMs: number;
}

export function paceOf({ pace }: ShipmentServices): Pace {
  return {
    lookEveryMs: 1_000,
    askAgainMs: 5_000,
    goHoldsMs: 2_000,
    otherExecutorMs: 60_000,
    progressEveryMs: 500,
    ...pace,
  };
}
