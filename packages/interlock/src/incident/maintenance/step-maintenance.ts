import type { Maintenance } from "../../api/maintenances.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control, Transaction } from "../../control/control.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { readClock } from "../clock.ts";
import { alreadyEnded, conflict } from "../refused.ts";
import { announce, type Announcement } from "./announce.ts";
import { findMaintenance } from "./find-maintenance.ts";
import { maintenanceOf, maintenanceReference, type MaintenanceRow } from "./maintenance.ts";

type Status = Maintenance["status"];

/** The life of a maintenance: scheduled → in_progress → verifying → completed, or cancelled before it began. */
export const maintenanceSteps = {
  start: { from: ["scheduled"], to: "in_progress", phrase: "maintenance-begins" },
  verify: { from: ["in_progress"], to: "verifying", phrase: "maintenance-verifying" },
  complete: { from: ["in_progress", "verifying"], to: "completed", phrase: "maintenance-completed" },
  cancel: { from: ["scheduled"], to: "cancelled", phrase: "maintenance-cancelled" },
} as const satisfies Readonly<Record<string, { from: readonly Status[]; to: Status; phrase: string }>>;

export type MaintenanceStep = keyof typeof maintenanceSteps;

/**
 * Takes a maintenance a step further and says so in every language. Throws `Failure` "already-ended" where it is
 * beyond that, "conflict" where it is not there yet, "language-missing", "not-found" or "forbidden".
 */
export async function stepMaintenance(
  { control }: { control: Control },
  {
    maintenance,
    step,
    caller,
    ...said
  }: Announcement & { maintenance: string; step: MaintenanceStep; caller: Caller },
): Promise<Maintenance> {
  return control.transact(async (transaction) => {
    const { query } = transaction;
    const row = await findMaintenance(query, maintenance, { lock: true });
    requireEnvironment(caller, row.environment);
    await takeMaintenanceStep(transaction, { row, step, said, at: await readClock(query), caller });
    return maintenanceOf(await findMaintenance(query, row.id));
  });
}

/** The same of one that is locked. */
export async function takeMaintenanceStep(
  transaction: Transaction,
  {
    row,
    step,
    said,
    at,
    caller,
  }: { row: MaintenanceRow; step: MaintenanceStep; said: Announcement; at: Date; caller: Caller },
): Promise<void> {
  const { query, audit, emit } = transaction;
  const { from, to, phrase } = maintenanceSteps[step];
  const rows = await query(stepSql, [row.id, from, to, at]);
  if (rows.length === 0) throw stepRefused(row, step);
  if (step === "start") {
    await query(
      "update interlock_control.component_impacts set began_at = $2::timestamptz where maintenance = $1::text",
      [row.id, at],
    );
  }
  if (step === "complete" || step === "cancel") {
    await query(
      `update interlock_control.component_impacts
          set began_at = coalesce(began_at, $2::timestamptz), ended_at = greatest($2::timestamptz, began_at)
        where maintenance = $1::text`,
      [row.id, at],
    );
  }
  const detail = { reference: maintenanceReference(row), from: row.status, to };
  const about = { environment: row.environment, subject: row.id };
  await appendToTimeline(query, {
    maintenance: row.id,
    at,
    kind: to,
    actor: caller.owner,
    isPublic: true,
    detail,
  });
  audit({ actor: caller.owner, action: `maintenance.${step}`, ...about, detail });
  emit({ kind: `maintenance-${to.replace("_", "-")}`, ...about, detail });
  await announce(transaction, { row, status: to, phrase, said, at, actor: caller.owner });
}

const stepSql = `update interlock_control.maintenances
     set status = $3::text, revision = revision + 1,
         started_at = case when $3::text = 'in_progress' then $4::timestamptz else started_at end,
         completed_at = case when $3::text = 'completed' then greatest($4::timestamptz, started_at) else completed_at end
   where id = $1::text and status = any ($2::text[]) returning id`;

function stepRefused(row: MaintenanceRow, step: MaintenanceStep): Error {
  const reference = maintenanceReference(row);
  const next = `See it: interlock maintenance list --env ${row.environment} --all`;
  if (row.status === "completed" || row.status === "cancelled") {
    return alreadyEnded(`${reference} is ${row.status}.`, { next });
  }
  return conflict(`${reference} is ${row.status}: it can't ${step} now.`, { next });
}
