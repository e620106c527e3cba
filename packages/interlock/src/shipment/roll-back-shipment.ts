import { Failure } from "../std/failure.ts";
import type { Caller } from "../access/caller.ts";
import { requireEnvironment } from "../gate/reach.ts";
import type { ShipmentServices } from "./services.ts";
import { shipmentConflict, shipmentNotFound } from "./shipment-failures.ts";
import { findShipment, readDatabases, type ShipmentRow } from "./shipment-rows.ts";

/**
 * Takes a shipment back in every database where it was begun, from wherever it is; what is under way comes to its
 * next safe point first. The gate is asked on the way. Throws `Failure` "not-found", "forbidden", "conflict" when it has ended, is
 * being rolled back or somebody was faster, or "past-the-point-of-no-return" when a database has the new shape.
 */
export async function rollBackShipment(
  { control }: Pick<ShipmentServices, "control">,
  {
    shipment,
    acceptLoss = false,
    caller,
  }: { shipment: string; acceptLoss?: boolean | undefined; caller: Caller },
): Promise<void> {
  await control.transact(async (transaction) => {
    const row = await findShipment(transaction, { shipment, lock: true });
    if (row === undefined) throw shipmentNotFound(shipment);
    requireEnvironment(caller, row.environment);
    refuse(row, { acceptLoss });
    const databases = await readDatabases(transaction, shipment);
    const done = databases.filter(({ state }) => state === "done").map(({ database }) => database);
    if (done.length > 0) throw pastReturn({ shipment, done, of: databases.length });
    const [turned] = await transaction.query<{ run: number }>(
      `update interlock_control.shipments
          set state = 'rolling-back', direction = 'back', run = run + 1, execution = null,
              stop_asked_by = null, reasons = '[]', accepts_loss = accepts_loss or $3::boolean
        where id = $1::text and run = $2::integer and ended_at is null
          and (direction = 'forward' or (state = 'stopped' and $3::boolean and not accepts_loss))
        returning run`,
      [shipment, row.run, acceptLoss],
    );
    if (turned === undefined) throw shipmentConflict("Somebody else was faster.");
    await transaction.query(
      `update interlock_control.shipment_databases
          set state = 'pending', failure = null, progress = null, ended_at = null
        where shipment = $1::text`,
      [shipment],
    );
    const about = { environment: row.environment, subject: shipment };
    const detail = { change: row.change, from: row.state, run: turned.run, acceptLoss };
    transaction.emit({ kind: "shipment-rollback-started", ...about, detail });
    transaction.audit({ actor: caller.owner, action: "shipment.rollback", ...about, detail });
  });
}

function refuse(
  { id, state, direction, ended_at, accepts_loss }: ShipmentRow,
  { acceptLoss }: { acceptLoss: boolean },
): void {
  if (ended_at !== null) throw shipmentConflict(`The shipment has ended: it is ${state}.`);
  if (direction === "forward") return;
  // It stopped to ask whether what the new version has written may go.
  if (state === "stopped" && acceptLoss && !accepts_loss) return;
  throw shipmentConflict(
    `It is being rolled back already: it is ${state}.`,
    state === "stopped" ? `Go on with it: interlock shipment resume ${id}` : "Wait for it, or follow it.",
  );
}

function pastReturn({ shipment, done, of }: { shipment: string; done: string[]; of: number }): Failure {
  return new Failure({
    code: "past-the-point-of-no-return",
    message: `The change is done in ${String(done.length)} of ${String(of)} databases; there is no way back there.`,
    why: `${done.join(", ")} ${done.length === 1 ? "has" : "have"} only the new shape. Taking the others back would leave databases that no version fits all of.`,
    state: "Nothing was changed.",
    next: `Go on to the end: interlock shipment resume ${shipment}. What is done is taken back by another change, in the other direction.`,
  });
}
