import { systemCaller } from "../../../access/system-caller.ts";
import { changePriorityWithin } from "../../change-priority.ts";
import type { DetectionAction } from "../facts.ts";
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
  await affectMore(await changeOf(context, incident), { environment, affected, since });
  const change = await changeOf(context, incident);
  if (priority !== null) {
    const asked = { priority, hold: change.row.holds, reason: "more is affected", caller: systemCaller };
    await changePriorityWithin(change, context, asked);
  }
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
