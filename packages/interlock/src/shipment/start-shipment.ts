import { newId } from "../std/new-id.ts";
import { Failure } from "../std/failure.ts";
import type { Caller } from "../access/caller.ts";
import type { GateDecision } from "../api/gate.ts";
import { describeLosses } from "../plan/loss.ts";
import { planSchema, type Plan } from "../plan/plan.ts";
import { refuseUnaccepted } from "../ship/accepted-losses.ts";
import type { Transaction } from "../control/control.ts";
import type { ShipmentServices } from "./services.ts";
import { resumeShipment } from "./resume-shipment.ts";
import { shipmentConflict } from "./shipment-failures.ts";
import type { ShipmentRow } from "./shipment-rows.ts";

export interface NewShipment {
  environment: string;
  change: string;
  target: "expand" | "contract";
  /** How many databases go first; by default those that are marked as canaries. */
  canaries?: number | undefined;
  /** How many databases are worked on at once; by default 4. */
  concurrency?: number | undefined;
  /** How long a step may keep a live statement waiting, in milliseconds; by default 250. */
  lockBudgetMs?: number | undefined;
  /** Begins it although a rollback could not bring back all that the plan names. */
  acceptLoss?: boolean | undefined;
  caller: Caller;
}

export type Started =
  | { kind: "started"; shipment: string }
  /** This change is on its way there already: nothing was begun anew. */
  | { kind: "open"; shipment: string }
  /** The gate was against it; its decision is kept. */
  | { kind: "refused"; decision: GateDecision };

/**
 * Begins to ship a change through the databases of an environment, when the gate admits its expand phase. A shipment
 * of the same change that is under way is given back, and one that is expanded goes on to contract if that is asked
 * for, so that a pipeline may ask again. Throws `Failure` "not-found", "conflict" when another shipment is open
 * there, "loss-not-accepted", or "cannot-plan" when the evidence that the gate went by holds no plan.
 */
export async function startShipment(
  services: Pick<ShipmentServices, "control" | "admit">,
  wanted: NewShipment,
): Promise<Started> {
  const open = await findOpen(services.control, wanted.environment);
  if (open === undefined) return begin(services, wanted);
  const { id: shipment, state, target } = open;
  const isSame = open.change === wanted.change && open.direction === "forward";
  if (isSame && state === "ready" && wanted.target === "contract") {
    await resumeShipment(services, { shipment, to: "contract", caller: wanted.caller });
    return { kind: "started", shipment };
  }
  if (isSame && state !== "stopped" && target === wanted.target) return { kind: "open", shipment };
  throw anotherOpen(open);
}

async function begin(
  { control, admit }: Pick<ShipmentServices, "control" | "admit">,
  { environment, change, caller, ...asked }: NewShipment,
): Promise<Started> {
  return control.transact(async (transaction) => {
    const request = { kind: "change", change, to: "expand" } as const;
    const decision = await admit(transaction, { environment, request, caller });
    const open = await findOpen(transaction, environment);
    if (open !== undefined) throw anotherOpen(open);
    if (decision.verdict !== "go") return { kind: "refused", decision };
    const { id: rehearsal, plan } = await rehearsalOf(transaction, { decision, change });
    refuseUnaccepted(plan, { isAccepted: asked.acceptLoss === true, next: acceptIt });
    const shipment = newId("shp");
    const inserted = await transaction.query(
      `insert into interlock_control.shipments
         (id, change, environment, rehearsal, state, target, canaries, concurrency, lock_budget_ms, started_by,
          accepts_loss)
       values ($1::text, $2::text, $3::text, $4::text, 'running', $5::text,
               coalesce($6::integer, (select count(*)::integer from interlock_control.databases
                                       where environment = $3::text and is_canary)),
               $7::integer, $8::integer, $9::text, $10::boolean)
       on conflict do nothing returning id`,
      [
        shipment,
        change,
        environment,
        rehearsal,
        asked.target,
        asked.canaries ?? null,
        asked.concurrency ?? 4,
        asked.lockBudgetMs ?? 250,
        caller.owner,
        asked.acceptLoss === true,
      ],
    );
    if (inserted.length === 0) throw shipmentConflict("Another shipment has just begun in this environment.");
    await addDatabases(transaction, { shipment, environment, canaries: asked.canaries });
    const about = { environment, subject: shipment };
    const accepted = asked.acceptLoss === true ? { acceptedLosses: describeLosses(plan.losses) } : {};
    const detail = { change, target: asked.target, decision: decision.id, ...accepted };
    transaction.emit({ kind: "shipment-started", ...about, detail });
    transaction.audit({ actor: caller.owner, action: "shipment.start", ...about, detail });
    return { kind: "started", shipment };
  });
}

async function findOpen(
  { query }: Pick<Transaction, "query">,
  environment: string,
): Promise<ShipmentRow | undefined> {
  const [open] = await query<ShipmentRow>(
    "select * from interlock_control.shipments where environment = $1::text and ended_at is null",
    [environment],
  );
  return open;
}

function anotherOpen({ id, change, state, target, environment }: ShipmentRow): Failure {
  return shipmentConflict(
    `Shipment ${id} of change ${change} is ${state} in ${environment}, on its way to ${target}; only one at a time goes through an environment.`,
    `See it: interlock shipment show ${id}. Finish it with resume, or take it back with rollback.`,
  );
}

const acceptIt =
  "If you can live with it, start it with --accept-loss (acceptLoss in the API); the audit log keeps what was accepted.";

/** The rehearsal that the gate went by: the plan that it proved is the one that is shipped. */
async function rehearsalOf(
  { query }: Transaction,
  { decision, change }: { decision: GateDecision; change: string },
): Promise<{ id: string; plan: Plan }> {
  const [row] = await query<{ id: string; plan: unknown }>(
    `select r.id, r.plan
       from interlock_control.decisions d,
            jsonb_array_elements(d.facts -> 'changes') as c,
            interlock_control.rehearsals r
      where d.id = $1::text and c ->> 'change' = $2::text and r.id = c ->> 'rehearsal'
        and r.change = $2::text and r.plan is not null`,
    [decision.id, change],
  );
  if (row !== undefined) return { id: row.id, plan: planSchema.parse(row.plan) };
  throw new Failure({
    code: "cannot-plan",
    message: "There is no proved plan to ship this change with.",
    state: `Nothing was begun. The gate's decision is ${decision.id}.`,
    next: `See what its rehearsals showed: interlock change show ${change}`,
  });
}

/** Those that are marked as canaries first, then by name; with a number, the first so many are the canaries. */
async function addDatabases(
  { query }: Transaction,
  {
    shipment,
    environment,
    canaries,
  }: { shipment: string; environment: string; canaries: number | undefined },
): Promise<void> {
  const added = await query(
    `insert into interlock_control.shipment_databases (shipment, database, position, is_canary, state)
     select $1::text, name, place, coalesce(place <= $3::integer, is_canary), 'pending'
       from (select name, is_canary,
                    (row_number() over (order by is_canary desc, name))::integer as place
               from interlock_control.databases where environment = $2::text) as d
     returning database`,
    [shipment, environment, canaries ?? null],
  );
  if (added.length > 0) return;
  throw new Failure({
    code: "not-found",
    message: `The environment ${environment} has no databases.`,
    state: "Nothing was begun.",
    next: `Add one: interlock environment database add ${environment} NAME --url-from-env VARIABLE`,
  });
}
