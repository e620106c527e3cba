import type { DetectionAction } from "../facts.ts";
import { affectMore } from "./affect-more.ts";
import { changeOf, type ActionContext } from "./context.ts";
import { sayByItself } from "./say-by-itself.ts";

/** Takes an incident back from monitoring: it had gone quiet, and its trouble came back. */
export async function relapse(
  context: ActionContext,
  { incident, affected }: Extract<DetectionAction, { do: "relapse" }>,
): Promise<void> {
  const { transaction, environment } = context;
  const change = await changeOf(context, incident);
  await affectMore(change, { environment, affected, since: change.at });
  const [known] = await transaction.query<{ culprit: string | null }>(
    `update interlock_control.detections set relapses = relapses + 1, recovered_by_itself_at = null
      where incident = $1::text returning culprit`,
    [incident],
  );
  await transaction.query(
    "update interlock_control.incidents set recovered_at = null, revision = revision + 1 where id = $1::text and closed_at is null",
    [incident],
  );
  const again = await changeOf(context, incident);
  await sayByItself(again, {
    publish: again.row.is_public,
    status: (known?.culprit ?? null) === null ? "investigating" : "identified",
    phrases: ["reopened"],
  });
}
