import type { FailureFacts } from "../std/failure.ts";
import type { Turn } from "./await-next-work.ts";
import { holdShipment, patiently, type Execution } from "./execution.ts";
import type { ShipmentReason } from "./shipment-rows.ts";

/** How a database's turn ended. */
export type End =
  | { kind: "reached"; state: "ready" | "done" | "rolled-back" }
  | { kind: "failed"; failure: FailureFacts }
  /** At a safe point, because it was asked for or another database failed. */
  | { kind: "stopped" }
  /** The gate, or a live version, was against it: its turn comes again. */
  | { kind: "given-back"; reasons: ShipmentReason[] };

/** Writes how a database's turn ended. Throws `Failure` "superseded". */
export async function endTurn(
  execution: Execution,
  { turn: { database, attempt, task }, end }: { turn: Turn; end: End },
): Promise<void> {
  const { services, shipment } = execution;
  const failure = end.kind === "failed" ? end.failure : null;
  await patiently(execution, () =>
    services.control.transact(async (transaction) => {
      const { environment } = await holdShipment(transaction, execution);
      const state = stateOf(end, task);
      // The turn may have been written before the answer to that was lost: then there is nothing to write.
      const rows = await transaction.query(
        `update interlock_control.shipment_databases
            set state = $4::text, failure = $5::jsonb, progress = null,
                phase = case when $4::text = 'ready' and $6::text = 'expand' then 'migrate' else phase end,
                ended_at = case when $4::text in ('pending', 'ready') then null else clock_timestamp() end
          where shipment = $1::text and database = $2::text and attempt = $3::integer and state = 'running'
          returning database`,
        [shipment, database, attempt, state, failure === null ? null : JSON.stringify(failure), task],
      );
      if (rows.length === 0) return;
      const about = { environment, subject: shipment };
      const detail = { database, task, state, ...(failure === null ? {} : { failure }) };
      transaction.emit({ kind: `shipment-database-${end.kind}`, ...about, detail });
      if (end.kind !== "given-back") return;
      await transaction.query(
        "update interlock_control.shipments set reasons = $2::jsonb where id = $1::text",
        [shipment, JSON.stringify(end.reasons)],
      );
    }),
  );
}

function stateOf(end: End, task: Turn["task"]): string {
  switch (end.kind) {
    case "reached":
      return end.state;
    case "failed":
    case "stopped":
      return end.kind;
    case "given-back":
      return task === "contract" ? "ready" : "pending";
  }
}
