import type { Maintenance, NewMaintenance } from "../../api/maintenances.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control, Transaction } from "../../control/control.ts";
import { environmentNotFound } from "../../gate/environment-not-found.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { newId } from "../../std/new-id.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { readClock } from "../clock.ts";
import { findComponents } from "../components/find-component.ts";
import { notValid } from "../refused.ts";
import { announce } from "./announce.ts";
import { findMaintenance } from "./find-maintenance.ts";
import { maintenanceOf, maintenanceReference } from "./maintenance.ts";

/**
 * Announces work on components, in every language. Throws `Failure` "input-not-valid" for one that would be over or
 * ends before it begins, "language-missing", "not-found" or "forbidden".
 */
export async function scheduleMaintenance(
  { control }: { control: Control },
  { environment, maintenance, caller }: { environment: string; maintenance: NewMaintenance; caller: Caller },
): Promise<Maintenance> {
  requireEnvironment(caller, environment);
  return control.transact(async (transaction) => {
    const { query } = transaction;
    const found = await query(
      "select from interlock_control.environments where name = $1::text for key share",
      [environment],
    );
    if (found.length === 0) throw environmentNotFound(environment);
    const id = await writeMaintenance(transaction, { environment, maintenance, caller });
    if (id === undefined) throw new Error("only windows of a series can be there already");
    return maintenanceOf(await findMaintenance(query, id));
  });
}

/** Writes a maintenance and announces it. Of a window of a series that is there already nothing is done: undefined. */
export async function writeMaintenance(
  transaction: Transaction,
  {
    environment,
    maintenance,
    series,
    caller,
  }: {
    environment: string;
    maintenance: NewMaintenance;
    series?: { id: string; occurrence: Date };
    caller: Caller;
  },
): Promise<string | undefined> {
  const { query, audit, emit } = transaction;
  const at = await readClock(query);
  const from = new Date(maintenance.scheduledFor);
  const until = new Date(maintenance.scheduledUntil);
  checkWindow({ from, until, at });
  const components = await findComponents(query, { environment, keys: maintenance.components });
  // Whoever hears of it this late needs no reminder.
  const isLate = from.getTime() - maintenance.remindMinutes * 60_000 <= at.getTime();
  const id = newId("mnt");
  const [written] = await query<{ number: string }>(insertSql, [
    id,
    environment,
    JSON.stringify(maintenance.titles),
    from,
    until,
    maintenance.progressesByItself,
    maintenance.remindMinutes,
    isLate ? at : null,
    maintenance.isPublic,
    series?.id ?? null,
    series?.occurrence ?? null,
    at,
    caller.owner,
  ]);
  if (written === undefined) return undefined;
  for (const component of components) {
    await query(
      `insert into interlock_control.component_impacts (maintenance, component, status, recorded_by)
       values ($1::text, $2::text, 'under_maintenance', $3::text)`,
      [id, component.id, caller.owner],
    );
  }
  const { titles, texts, notify, incompleteReason } = maintenance;
  const detail = {
    reference: maintenanceReference(written),
    titles,
    components: maintenance.components,
    scheduledFor: from,
    scheduledUntil: until,
    series: series?.id ?? null,
  };
  await appendToTimeline(query, { maintenance: id, at, kind: "scheduled", actor: caller.owner, detail });
  audit({ actor: caller.owner, action: "maintenance.schedule", environment, subject: id, detail });
  emit({ kind: "maintenance-scheduled", environment, subject: id, detail });
  await announce(transaction, {
    row: await findMaintenance(query, id),
    status: "scheduled",
    phrase: "maintenance-scheduled",
    said: { phrases: ["maintenance-scheduled"], texts, notify, incompleteReason },
    at,
    actor: caller.owner,
  });
  return id;
}

/** A maintenance lasts this long at most; what takes longer is several. */
const longestMs = 31 * 86_400_000;

export function checkWindow({ from, until, at }: { from: Date; until: Date; at: Date }): void {
  const next = "Give --from and --until, to come and in this order.";
  if (until <= from) throw notValid("The maintenance ends before it begins.", { next });
  if (until <= at) throw notValid("The maintenance would be over already.", { next });
  if (until.getTime() - from.getTime() > longestMs) {
    throw notValid("A maintenance lasts 31 days at most.", { next: "Schedule several." });
  }
}

const insertSql = `insert into interlock_control.maintenances
    (id, number, environment, titles, status, scheduled_for, scheduled_until, progresses_by_itself, remind_minutes,
     reminded_at, is_public, series, occurrence, created_at, created_by)
  values ($1::text, nextval('interlock_control.incident_numbers'), $2::text, $3::jsonb, 'scheduled', $4::timestamptz,
          $5::timestamptz, $6::boolean, $7::integer, $8::timestamptz, $9::boolean, $10::text, $11::timestamptz,
          $12::timestamptz, $13::text)
  on conflict (series, occurrence) do nothing
  returning number`;
