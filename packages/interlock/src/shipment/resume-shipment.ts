import type { Caller } from "../access/caller.ts";
import { requireEnvironment } from "../gate/reach.ts";
import type { ShipmentServices } from "./services.ts";
import { shipmentConflict, shipmentNotFound } from "./shipment-failures.ts";
import { findShipment, type ShipmentRow } from "./shipment-rows.ts";

/**
 * Goes on with a shipment that stopped, with the databases that are not there yet, in the direction that it had; or
 * takes one that is expanded everywhere on to contract. The gate is asked on the way, before anything begins. Throws
 * `Failure` "not-found", "forbidden", or "conflict" when it is at work, at its end, or somebody was faster.
 */
export async function resumeShipment(
  { control }: Pick<ShipmentServices, "control">,
  {
    shipment,
    to,
    lockBudgetMs,
    caller,
  }: {
    shipment: string;
    to?: "expand" | "contract" | undefined;
    lockBudgetMs?: number | undefined;
    caller: Caller;
  },
): Promise<void> {
  await control.transact(async (transaction) => {
    const row = await findShipment(transaction, { shipment, lock: true });
    if (row === undefined) throw shipmentNotFound(shipment);
    requireEnvironment(caller, row.environment);
    const target = to ?? row.target;
    refuse(row, target);
    const [resumed] = await transaction.query<{ run: number }>(
      `update interlock_control.shipments
          set state = case direction when 'back' then 'rolling-back' else 'running' end,
              target = $2::text, run = run + 1, execution = null, stop_asked_by = null, reasons = '[]',
              lock_budget_ms = coalesce($4::integer, lock_budget_ms)
        where id = $1::text and run = $3::integer and state in ('stopped', 'ready')
        returning run`,
      [shipment, target, row.run, lockBudgetMs ?? null],
    );
    if (resumed === undefined) throw shipmentConflict("Somebody else was faster.");
    await transaction.query(
      `update interlock_control.shipment_databases
          set state = case when $2::text = 'forward' and phase = 'contract' then 'ready' else 'pending' end,
              failure = null, ended_at = null
        where shipment = $1::text and state in ('failed', 'stopped')`,
      [shipment, row.direction],
    );
    const about = { environment: row.environment, subject: shipment };
    const detail = { change: row.change, target, direction: row.direction, run: resumed.run };
    transaction.emit({ kind: "shipment-resumed", ...about, detail });
    transaction.audit({ actor: caller.owner, action: "shipment.resume", ...about, detail });
  });
}

function refuse({ id, state, target, direction }: ShipmentRow, to: "expand" | "contract"): void {
  const show = `See it: interlock shipment show ${id}`;
  switch (state) {
    case "done":
    case "rolled-back":
      throw shipmentConflict(`The shipment has ended: it is ${state}.`, show);
    case "running":
    case "waiting":
    case "rolling-back":
      throw shipmentConflict(`The shipment is ${state} already.`, `${show}, or follow it.`);
    case "ready":
      if (to === "contract") return;
      throw shipmentConflict(
        "It is where it was to go: expanded everywhere.",
        `To go on to contract: interlock shipment resume ${id} --to contract`,
      );
    case "stopped":
      if (direction === "back" && to !== target)
        throw shipmentConflict("It is being rolled back; it can't go forward any more.", `${show}`);
      if (target === "contract" && to === "expand")
        throw shipmentConflict("It was on its way to contract; that can't be taken back to expand.", show);
  }
}
