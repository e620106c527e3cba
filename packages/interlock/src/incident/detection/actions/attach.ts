import { systemCaller } from "../../../access/system-caller.ts";
import { appendToTimeline } from "../../append-to-timeline.ts";
import type { IncidentChange } from "../../change-incident.ts";
import { findIncident } from "../../find-incident.ts";
import { referenceOf } from "../../incident.ts";
import { openUnit } from "../../unit/open-unit.ts";
import type { DetectionAction } from "../facts.ts";
import type { Priority } from "../policy.ts";
import { affectMore } from "./affect-more.ts";
import { changeOf, type ActionContext } from "./context.ts";
import { putSignals } from "./put-signals.ts";
import { sayByItself } from "./say-by-itself.ts";

/** Puts signals to an incident; it affects more, and is more urgent, where they say so. */
export async function attach(
  context: ActionContext,
  { incident, signals, affected, priority, why }: Extract<DetectionAction, { do: "attach" }>,
): Promise<void> {
  const { environment, facts } = context;
  await putSignals(context, { incident, signals, why });
  if (affected.length === 0) return;
  const own = facts.signals.filter(({ id }) => signals.includes(id));
  const since = new Date(Math.min(facts.now.getTime(), ...own.map(({ startedAt }) => startedAt.getTime())));
  const before = await changeOf(context, incident);
  if (priority !== null) await raisePriority(context, { change: before, priority });
  const change = await changeOf(context, incident);
  await affectMore(change, { environment, affected, since });
  const { row } = change;
  const publish = facts.components.some(
    ({ key, policy }) => policy?.publish === true && affected.some(({ component }) => component === key),
  );
  // Once it recovered, its relapse tells clients.
  if (!publish || !row.is_public || row.status === "monitoring") return;
  const again = await changeOf(context, incident);
  await sayByItself(again, {
    publish,
    status: row.status,
    phrases: ["affected-components", "action-under-way"],
  });
}

async function raisePriority(
  { transaction, sealer, environment }: ActionContext,
  { change: { row, at }, priority }: { change: IncidentChange; priority: Priority },
): Promise<void> {
  const { query, audit, emit } = transaction;
  await query(
    `update interlock_control.incidents
        set priority = $2::text, holds = holds or $2::text = 'P1', revision = revision + 1
      where id = $1::text and priority = $3::text and closed_at is null`,
    [row.id, priority, row.priority],
  );
  const detail = { reference: referenceOf(row), from: row.priority, to: priority };
  const actor = systemCaller.owner;
  await appendToTimeline(query, { incident: row.id, at, kind: "priority-changed", actor, detail });
  audit({ actor, action: "incident.priority", environment, subject: row.id, detail });
  emit({ kind: "incident-changed", environment, subject: row.id, detail });
  if (priority !== "P1") return;
  await openUnit(transaction, { sealer, row: await findIncident(query, row.id), caller: systemCaller });
}
