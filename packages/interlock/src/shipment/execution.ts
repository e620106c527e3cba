import { Failure } from "../std/failure.ts";
import type { Transaction } from "../control/control.ts";
import type { ShipmentServices } from "./services.ts";
import { findShipment, type ShipmentRow } from "./shipment-rows.ts";
import { Wake } from "./wake.ts";

/** One server at work on one run of a shipment. */
export interface Execution {
  services: ShipmentServices;
  shipment: string;
  run: number;
  /** Drawn anew for every execution: whoever took the shipment up last is the one who writes. */
  token: string;
  /** The keys of what this execution has begun and not yet seen the end of. */
  atWork: Set<string>;
  /** Aborted when the server stops: what is under way is left for the next server, nothing is written any more. */
  signal: AbortSignal;
  wake: Wake;
}

/**
 * The shipment's row, locked until the transaction ends. Throws `Failure` "superseded" when another server or
 * another run has taken over: this one must write nothing any more.
 */
export async function holdShipment(
  transaction: Transaction,
  { shipment, run, token }: Pick<Execution, "shipment" | "run" | "token">,
): Promise<ShipmentRow> {
  const row = await findShipment(transaction, { shipment, lock: true });
  if (row === undefined || row.run !== run || row.execution !== token) throw superseded();
  return row;
}

/** Makes this execution the one that writes. Throws `Failure` "superseded" when there is a later run. */
export async function takeUp({ services, shipment, run, token }: Execution): Promise<void> {
  const rows = await services.control.query(
    `update interlock_control.shipments set execution = $3::text
      where id = $1::text and run = $2::integer and state in ('running', 'waiting', 'rolling-back')
      returning id`,
    [shipment, run, token],
  );
  if (rows.length === 0) throw superseded();
}

export function isSuperseded(error: unknown): boolean {
  return error instanceof Failure && error.code === "superseded";
}

function superseded(): Failure {
  return new Failure({
    code: "superseded",
    message: "Another server or another run has taken this shipment over.",
  });
}

/** Goes on trying while the control database is away; whatever else is thrown goes to the caller. */
export async function patiently<Result>(
  { services, signal, wake }: Execution,
  work: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const away =
        error instanceof Failure && ["control-not-reachable", "control-too-slow"].includes(error.code);
      if (!away || signal.aborted) throw error;
      services.log.warn({ why: error.why }, "Shipping waits for the control database");
      await wake.wait(1_000, signal);
    }
  }
}
