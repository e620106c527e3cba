import type { Transaction } from "../control/control.ts";
import { stopReasons } from "./reasons.ts";
import type { ShipmentDatabaseRow, ShipmentRow } from "./shipment-rows.ts";

/** Writes that a shipment has come to its end or to a stop, and where every database is then. */
export async function settleShipment(
  transaction: Transaction,
  {
    row,
    databases,
    state,
  }: {
    row: ShipmentRow;
    databases: readonly ShipmentDatabaseRow[];
    state: "ready" | "done" | "stopped" | "rolled-back";
  },
): Promise<void> {
  // What a server that died has left running stands at a safe point: the journal in the target says at which.
  await transaction.query(
    `update interlock_control.shipment_databases set state = 'stopped'
      where shipment = $1::text and state = 'running'`,
    [row.id],
  );
  const reasons = state === "stopped" ? stopReasons({ row, databases }) : [];
  await transaction.query(
    `update interlock_control.shipments
        set state = $2::text, reasons = $3::jsonb,
            ended_at = case when $2::text in ('done', 'rolled-back') then clock_timestamp() end
      where id = $1::text`,
    [row.id, state, JSON.stringify(reasons)],
  );
  const where = Object.fromEntries(databases.map(({ database, state: its }) => [database, its]));
  const about = { environment: row.environment, subject: row.id };
  transaction.emit({ kind: `shipment-${state}`, ...about, detail: { change: row.change, databases: where } });
  transaction.audit({
    actor: row.started_by,
    action: `shipment.${state}`,
    ...about,
    detail: { change: row.change, databases: where },
  });
}
