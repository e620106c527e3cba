import { systemCaller } from "../../access/system-caller.ts";
import type { Control } from "../../control/control.ts";
import type { Work } from "../../control/work.ts";
import { messageOf } from "../../std/failure.ts";
import { sleep } from "../../std/sleep.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import type { IncidentServices } from "../services.ts";
import { announce } from "./announce.ts";
import { findMaintenance } from "./find-maintenance.ts";
import { maintenanceReference, type MaintenanceRow } from "./maintenance.ts";
import { materialiseSeries } from "./materialise-series.ts";
import { takeMaintenanceStep, type MaintenanceStep } from "./step-maintenance.ts";

/** How often the leader looks at what is due. */
const everyMs = 1_000;
/** Looks between two that make windows of series: they are made days ahead. */
const seriesEvery = 60;

/** What the leader does: reminds of maintenances, begins and completes them at their times, makes those of series. */
export function maintenanceWork(services: Pick<IncidentServices, "control" | "log">): Work {
  return {
    name: "progress maintenances",
    async run(signal) {
      for (let round = 0; !signal.aborted; round += 1) {
        const at = new Date();
        await progressMaintenances(services, at);
        if (round % seriesEvery === 0) await materialiseSeries(services, at);
        await sleep(everyMs, signal).catch(() => undefined);
      }
    },
  };
}

type Due = "remind" | Extract<MaintenanceStep, "start" | "complete">;

/**
 * One look at a moment. Safe on several servers at once: each step is taken of a maintenance that is locked, and only
 * if it is still due. One that can't be taken keeps no other from it. Gives back how many steps were taken.
 */
export async function progressMaintenances(
  { control, log }: Pick<IncidentServices, "control" | "log">,
  at: Date,
): Promise<number> {
  let taken = 0;
  // One whose time is over has both to begin and to be completed.
  for (const due of ["remind", "start", "complete"] as const) {
    const rows = await control.query<{ id: string }>(dueSql, [due, at]);
    for (const { id } of rows) {
      try {
        if (await take({ control }, { id, due, at })) taken += 1;
      } catch (error) {
        log.warn(
          { maintenance: id, due, error: messageOf(error) },
          "a maintenance could not be taken a step further",
        );
      }
    }
  }
  return taken;
}

async function take(
  { control }: { control: Control },
  { id, due, at }: { id: string; due: Due; at: Date },
): Promise<boolean> {
  return control.transact(async (transaction) => {
    const { query } = transaction;
    const row = await findMaintenance(query, id, { lock: true });
    const still = await query(`${dueSql} and m.id = $3::text`, [due, at, id]);
    if (still.length === 0) return false;
    if (due === "remind") await remind(transaction, row, at);
    else await takeMaintenanceStep(transaction, { row, step: due, said: {}, at, caller: systemCaller });
    return true;
  });
}

async function remind(
  transaction: Parameters<Parameters<Control["transact"]>[0]>[0],
  row: MaintenanceRow,
  at: Date,
): Promise<void> {
  const { query, audit, emit } = transaction;
  const actor = systemCaller.owner;
  await query("update interlock_control.maintenances set reminded_at = $2::timestamptz where id = $1::text", [
    row.id,
    at,
  ]);
  const detail = { reference: maintenanceReference(row), scheduledFor: row.scheduled_for };
  const about = { environment: row.environment, subject: row.id };
  await appendToTimeline(query, { maintenance: row.id, at, kind: "reminded", actor, detail });
  audit({ actor, action: "maintenance.remind", ...about, detail });
  emit({ kind: "maintenance-reminded", ...about, detail });
  await announce(transaction, {
    row,
    status: "scheduled",
    phrase: "maintenance-reminder",
    said: {},
    at,
    actor,
  });
}

const dueSql = `select m.id from interlock_control.maintenances m
  where case $1::text
    when 'remind' then m.status = 'scheduled' and m.reminded_at is null and m.remind_minutes > 0
      and m.scheduled_for > $2::timestamptz
      and m.scheduled_for <= $2::timestamptz + make_interval(mins => m.remind_minutes)
    when 'start' then m.status = 'scheduled' and m.progresses_by_itself and m.scheduled_for <= $2::timestamptz
    else m.status in ('in_progress', 'verifying') and m.progresses_by_itself and m.scheduled_until <= $2::timestamptz
  end`;
