import type { Shipment, ShipmentSummary } from "../api/shipments.ts";
import { planSchema, type Plan } from "../plan/plan.ts";
import type { ShipmentServices } from "./services.ts";
import { shipmentNotFound } from "./shipment-failures.ts";
import { readDatabases, type ShipmentRow } from "./shipment-rows.ts";

const columns = `s.*, c.title`;

/** A shipment with its databases, phases and progress. Throws `Failure` "not-found". */
export async function readShipment(
  { control }: Pick<ShipmentServices, "control">,
  shipment: string,
): Promise<Shipment> {
  const [row] = await control.query<ShipmentRow & { title: string; plan: unknown }>(
    `select ${columns}, r.plan
       from interlock_control.shipments s
       join interlock_control.changes c on c.id = s.change
       join interlock_control.rehearsals r on r.id = s.rehearsal
      where s.id = $1::text`,
    [shipment],
  );
  if (row === undefined) throw shipmentNotFound(shipment);
  const databases = await readDatabases(control, shipment);
  const plan = planSchema.parse(row.plan);
  return {
    ...summaryOf(row),
    rehearsal: row.rehearsal,
    lockBudgetMs: row.lock_budget_ms,
    acceptsLoss: row.accepts_loss,
    losses: plan.losses.map(({ when, kind, what }) => ({ when, kind, what })),
    phases: phasesOf(plan),
    databases: databases.map((one) => ({
      database: one.database,
      isCanary: one.is_canary,
      state: one.state,
      phase: one.phase,
      progress: one.progress,
      failure: one.failure,
      startedAt: one.started_at?.toISOString() ?? null,
      endedAt: one.ended_at?.toISOString() ?? null,
    })),
  };
}

/** The shipments of an environment, the newest first. */
export async function listShipments(
  { control }: Pick<ShipmentServices, "control">,
  { environment, limit }: { environment: string; limit: number },
): Promise<ShipmentSummary[]> {
  const rows = await control.query<ShipmentRow & { title: string }>(
    `select ${columns}
       from interlock_control.shipments s join interlock_control.changes c on c.id = s.change
      where s.environment = $1::text order by s.started_at desc, s.id limit $2::integer`,
    [environment, limit],
  );
  return rows.map(summaryOf);
}

function summaryOf(row: ShipmentRow & { title: string }): ShipmentSummary {
  return {
    shipment: row.id,
    change: row.change,
    title: row.title,
    environment: row.environment,
    state: row.state,
    target: row.target,
    direction: row.direction,
    canaries: row.canaries,
    concurrency: row.concurrency,
    reasons: row.reasons,
    stopAskedBy: row.stop_asked_by,
    startedAt: row.started_at.toISOString(),
    startedBy: row.started_by,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

function phasesOf({ phases }: Plan): Shipment["phases"] {
  return {
    expand: phases.expand.map(stepOf),
    migrate: phases.migrate.map(stepOf),
    contract: phases.contract.map(stepOf),
  };
}

function stepOf({ id, title }: Plan["phases"]["expand"][number]): { step: string; title: string } {
  return { step: id, title };
}
