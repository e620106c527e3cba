import type { Caller } from "../access/caller.ts";
import { requireEnvironment } from "../gate/reach.ts";
import type { ShipmentServices } from "./services.ts";
import { shipmentConflict, shipmentNotFound } from "./shipment-failures.ts";
import { activeStates, findShipment } from "./shipment-rows.ts";

/**
 * Asks a shipment to stop: nothing new begins, and what is under way comes to its next safe point. Throws `Failure`
 * "not-found", "forbidden", or "conflict" when nothing is under way or it was asked for already.
 */
export async function stopShipment(
  { control }: Pick<ShipmentServices, "control">,
  { shipment, caller }: { shipment: string; caller: Caller },
): Promise<void> {
  await control.transact(async (transaction) => {
    const row = await findShipment(transaction, { shipment, lock: true });
    if (row === undefined) throw shipmentNotFound(shipment);
    requireEnvironment(caller, row.environment);
    if (!activeStates.includes(row.state)) {
      throw shipmentConflict(`Nothing is under way: the shipment is ${row.state}.`);
    }
    const stopped = await transaction.query(
      `update interlock_control.shipments set stop_asked_by = $2::text
        where id = $1::text and run = $3::integer and stop_asked_by is null returning id`,
      [shipment, caller.owner, row.run],
    );
    if (stopped.length === 0) {
      throw shipmentConflict(`${row.stop_asked_by ?? "Somebody"} has asked it to stop already.`);
    }
    const about = { environment: row.environment, subject: shipment };
    const detail = { change: row.change, state: row.state };
    transaction.emit({ kind: "shipment-stop-asked", ...about, detail });
    transaction.audit({ actor: caller.owner, action: "shipment.stop", ...about, detail });
  });
}
