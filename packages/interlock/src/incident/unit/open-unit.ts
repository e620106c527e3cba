import type { Caller } from "../../access/caller.ts";
import type { Sealer } from "../../access/sealer.ts";
import type { Transaction } from "../../control/control.ts";
import { unitRoles } from "../../api/unit.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { readClock } from "../clock.ts";
import { referenceOf, type IncidentRow } from "../incident.ts";
import { callLevel } from "./call-level.ts";

/**
 * Opens the unit of an incident, where it is not open: level 1 of every role is called. Who has a role already is not
 * called for. Gives back whether it was this call that opened it. The incident has to be locked, or new.
 */
export async function openUnit(
  transaction: Transaction,
  { sealer, row, caller }: { sealer: Sealer; row: IncidentRow; caller: Caller },
): Promise<boolean> {
  const { query, audit, emit } = transaction;
  const { id: incident, environment } = row;
  const at = await readClock(query);
  const opened = await query(
    `update interlock_control.incidents set unit_opened_at = $2::timestamptz
      where id = $1::text and unit_opened_at is null and closed_at is null returning id`,
    [incident, at],
  );
  if (opened.length === 0) return false;
  const detail = { reference: referenceOf(row), priority: row.priority };
  await appendToTimeline(query, { incident, at, kind: "unit-opened", actor: caller.owner, detail });
  audit({ actor: caller.owner, action: "incident.open-unit", environment, subject: incident, detail });
  emit({ kind: "unit-opened", environment, subject: incident, detail });
  const [before] = await query<{ round: number }>(
    "select coalesce(max(round), 0) as round from interlock_control.calls where incident = $1::text",
    [incident],
  );
  const round = (before?.round ?? 0) + 1;
  for (const role of unitRoles) {
    await callLevel(transaction, { sealer, row, role, level: 1, round, at });
  }
  return true;
}
