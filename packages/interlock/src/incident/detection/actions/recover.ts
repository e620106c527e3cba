import { systemCaller } from "../../../access/system-caller.ts";
import type { Query } from "../../../environment/query.ts";
import { appendToTimeline } from "../../append-to-timeline.ts";
import { setImpacts } from "../../set-impacts.ts";
import type { DetectionAction } from "../facts.ts";
import { changeOf, mayPublish, type ActionContext } from "./context.ts";
import { sayByItself } from "./say-by-itself.ts";

/** Says that the service is back, as of the moment when its last signal ended; a person, or time, resolves it. */
export async function recover(
  context: ActionContext,
  { incident, ...moments }: Extract<DetectionAction, { do: "recover" }>,
): Promise<void> {
  const { transaction } = context;
  const { query } = transaction;
  const change = await changeOf(context, incident);
  const { row, at } = change;
  const recoveredAt = new Date(
    Math.min(at.getTime(), Math.max(moments.recoveredAt.getTime(), row.started_at.getTime())),
  );
  await restore(query, { incident, recoveredAt });
  await appendToTimeline(query, {
    incident,
    at: recoveredAt,
    kind: "recovered",
    actor: systemCaller.owner,
    detail: { recoveredAt, why: "every signal of it has ended, and stayed so" },
  });
  await query(
    "update interlock_control.detections set recovered_by_itself_at = clock_timestamp(), quiet_since = $2::timestamptz where incident = $1::text",
    [incident, recoveredAt],
  );
  await sayByItself(await changeOf(context, incident), {
    publish: mayPublish(context, change),
    status: "monitoring",
    phrases: ["service-resuming", "monitoring-recovery"],
    recoveredAt,
  });
}

/** What still is affected works again from a moment on, but not before it was affected. */
async function restore(
  query: Query,
  { incident, recoveredAt }: { incident: string; recoveredAt: Date },
): Promise<void> {
  const open = await query<{ component: string; began: Date }>(
    `select p.component, coalesce(p.began_at, i.started_at) as began
       from interlock_control.component_impacts p join interlock_control.incidents i on i.id = p.incident
      where p.incident = $1::text and p.ended_at is null and p.status <> 'operational'`,
    [incident],
  );
  for (const { component, began } of open) {
    await setImpacts(query, {
      incident,
      impacts: [{ component, status: "operational" }],
      at: new Date(Math.max(recoveredAt.getTime(), began.getTime() + 1)),
      actor: systemCaller.owner,
    });
  }
}
