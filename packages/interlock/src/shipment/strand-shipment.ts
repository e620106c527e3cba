import { findShipment, activeStates } from "./shipment-rows.ts";
import type { ShipmentServices } from "./services.ts";

/** Stops a shipment whose workflow has failed in itself, so that somebody sees it and can resume it. */
export async function strandShipment(
  { control, log }: Pick<ShipmentServices, "control" | "log">,
  { shipment, run }: { shipment: string; run: number },
): Promise<void> {
  await control.transact(async (transaction) => {
    const row = await findShipment(transaction, { shipment, lock: true });
    // It may have come to its end just now.
    if (row === undefined || row.run !== run || !activeStates.includes(row.state)) return;
    const reasons = [
      {
        code: "internal",
        message: "Something went wrong in Interlock itself, and the shipment was left where it is.",
        next: `See the server's log, then: interlock shipment resume ${shipment}`,
      },
    ];
    await transaction.query(
      `update interlock_control.shipments set state = 'stopped', execution = null, reasons = $2::jsonb
        where id = $1::text`,
      [shipment, JSON.stringify(reasons)],
    );
    await transaction.query(
      `update interlock_control.shipment_databases set state = 'stopped'
        where shipment = $1::text and state = 'running'`,
      [shipment],
    );
    const about = { environment: row.environment, subject: shipment };
    transaction.emit({ kind: "shipment-stopped", ...about, detail: { change: row.change, reasons } });
    transaction.audit({
      actor: row.started_by,
      action: "shipment.stopped",
      ...about,
      detail: { change: row.change, reasons },
    });
    log.error({ shipment, run }, "The workflow of a shipment failed");
  });
}
