import type { DetectionAction } from "../facts.ts";
import { changeOf, mayPublish, type ActionContext } from "./context.ts";
import { sayByItself } from "./say-by-itself.ts";

/** Resolves an incident that stayed quiet for as long as its components' policies ask for. */
export async function resolve(
  context: ActionContext,
  { incident }: Extract<DetectionAction, { do: "resolve" }>,
): Promise<void> {
  const change = await changeOf(context, incident);
  const { row, transaction } = change;
  await transaction.query(
    "update interlock_control.detections set resolved_by_itself_at = clock_timestamp() where incident = $1::text",
    [incident],
  );
  const recoveredAt = row.recovered_at ?? change.at;
  await sayByItself(change, {
    publish: mayPublish(context, change),
    status: "resolved",
    phrases: ["resolved", "service-restored"],
    recoveredAt,
    endedAt: recoveredAt,
  });
}
