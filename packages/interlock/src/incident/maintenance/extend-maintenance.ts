import type { Maintenance } from "../../api/maintenances.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { readClock } from "../clock.ts";
import { alreadyEnded, conflict, notValid } from "../refused.ts";
import { announce, type Announcement } from "./announce.ts";
import { findMaintenance } from "./find-maintenance.ts";
import { maintenanceOf, maintenanceReference } from "./maintenance.ts";
import { checkWindow } from "./schedule-maintenance.ts";

/**
 * Says that a maintenance lasts longer. Throws `Failure` "conflict" where it lasts that long already, "already-ended",
 * "input-not-valid", "language-missing", "not-found" or "forbidden".
 */
export async function extendMaintenance(
  { control }: { control: Control },
  {
    maintenance,
    scheduledUntil,
    caller,
    ...said
  }: Announcement & { maintenance: string; scheduledUntil: Date; caller: Caller },
): Promise<Maintenance> {
  return control.transact(async (transaction) => {
    const { query, audit, emit } = transaction;
    const row = await findMaintenance(query, maintenance, { lock: true });
    requireEnvironment(caller, row.environment);
    const reference = maintenanceReference(row);
    if (row.status === "completed" || row.status === "cancelled") {
      throw alreadyEnded(`${reference} is ${row.status}.`, {
        next: "Schedule another one: interlock maintenance schedule",
      });
    }
    const at = await readClock(query);
    if (scheduledUntil.getTime() === row.scheduled_until.getTime()) {
      throw conflict(`${reference} lasts until then already.`, { next: "There is nothing to extend." });
    }
    if (scheduledUntil < row.scheduled_until) {
      throw notValid(`${reference} lasts until ${row.scheduled_until.toISOString()}.`, {
        next: "Give a later moment; what is done sooner is completed: interlock maintenance complete",
      });
    }
    checkWindow({ from: row.scheduled_for, until: scheduledUntil, at });
    await query(
      `update interlock_control.maintenances set scheduled_until = $2::timestamptz, revision = revision + 1
        where id = $1::text and status in ('scheduled', 'in_progress', 'verifying')`,
      [row.id, scheduledUntil],
    );
    const detail = { reference, from: row.scheduled_until, to: scheduledUntil };
    const about = { environment: row.environment, subject: row.id };
    await appendToTimeline(query, { maintenance: row.id, at, kind: "extended", actor: caller.owner, detail });
    audit({ actor: caller.owner, action: "maintenance.extend", ...about, detail });
    emit({ kind: "maintenance-extended", ...about, detail });
    const now = await findMaintenance(query, row.id);
    await announce(transaction, {
      row: now,
      status: row.status,
      phrase: "maintenance-extended",
      said,
      at,
      actor: caller.owner,
    });
    return maintenanceOf(now);
  });
}
