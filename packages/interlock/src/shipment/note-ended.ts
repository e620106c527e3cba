import { messageOf } from "../std/failure.ts";
import { planSchema } from "../plan/plan.ts";
import { holdShipment, type Execution } from "./execution.ts";
import { hasEndedIn } from "./has-ended-in.ts";
import { pastReturn } from "./past-return.ts";
import { takeTurnLock } from "./turn-lock.ts";
import { findShipment, keyOf, readDatabases, type ShipmentDatabaseRow } from "./shipment-rows.ts";

/**
 * Writes of databases that were begun before what their journals say: that there is nothing left to do. A server may
 * have died, or lost the control database, after the last step in a target, and the gate rightly lets nobody do
 * again what is done. Returns whether there was any.
 */
export async function noteEnded(execution: Execution): Promise<boolean> {
  const { services, shipment, atWork } = execution;
  const row = await findShipment(services.control, { shipment });
  if (row === undefined) return false;
  const [rehearsal] = await services.control.query<{ plan: unknown }>(
    "select plan from interlock_control.rehearsals where id = $1::text",
    [row.rehearsal],
  );
  const plan = planSchema.parse(rehearsal?.plan);
  const begun = (await readDatabases(services.control, shipment)).filter(
    (one) =>
      one.phase !== null && ["pending", "ready", "running"].includes(one.state) && !atWork.has(keyOf(one)),
  );
  let noted = false;
  for (const one of begun) {
    try {
      const connection = await services.databaseConnection({
        environment: row.environment,
        name: one.database,
      });
      const lock = await takeTurnLock(connection, { waitMs: 0, signal: execution.signal });
      if (lock === null) continue;
      try {
        const end = endOf(await hasEndedIn(connection, plan.id), { row, one });
        if (end !== null) noted = (await write(execution, { one, end })) || noted;
      } finally {
        await lock.release();
      }
    } catch (error) {
      // The gate has said no already, and says why; this was only to see whether there is anything left to ask for.
      services.log.warn(
        { shipment, database: one.database, why: messageOf(error) },
        "A journal could not be read",
      );
    }
  }
  return noted;
}

function endOf(
  ended: "done" | "taken-back" | "no",
  { row, one }: { row: { direction: string; target: string }; one: ShipmentDatabaseRow },
): "done" | "rolled-back" | "failed" | null {
  if (row.direction === "back") {
    return ended === "taken-back" ? "rolled-back" : ended === "done" ? "failed" : null;
  }
  return ended === "done" && one.phase === "contract" ? "done" : null;
}

async function write(
  execution: Execution,
  { one, end }: { one: ShipmentDatabaseRow; end: "done" | "rolled-back" | "failed" },
): Promise<boolean> {
  return execution.services.control.transact(async (transaction) => {
    const { environment, id } = await holdShipment(transaction, execution);
    const failure = end === "failed" ? JSON.stringify(pastReturn()) : null;
    const rows = await transaction.query(
      `update interlock_control.shipment_databases
          set state = $4::text, failure = $5::jsonb, progress = null, ended_at = clock_timestamp()
        where shipment = $1::text and database = $2::text and attempt = $3::integer and state = $6::text
        returning database`,
      [id, one.database, one.attempt, end, failure, one.state],
    );
    if (rows.length > 0) {
      const kind = end === "failed" ? "shipment-database-failed" : "shipment-database-reached";
      transaction.emit({ kind, environment, subject: id, detail: { database: one.database, state: end } });
    }
    return rows.length > 0;
  });
}
