import type { DetectionAction } from "../facts.ts";
import { affectMore } from "./affect-more.ts";
import { changeOf, mayPublish, type ActionContext } from "./context.ts";
import { sayByItself } from "./say-by-itself.ts";

/** Takes an incident back from monitoring: it had gone quiet, and its trouble came back. */
export async function relapse(
  context: ActionContext,
  { incident, affected }: Extract<DetectionAction, { do: "relapse" }>,
): Promise<void> {
  const { transaction, environment, facts } = context;
  const change = await changeOf(context, incident);
  const firing = facts.signals.filter((one) => one.incident === incident && one.state === "firing");
  const since = new Date(
    Math.min(change.at.getTime(), ...firing.map(({ startedAt }) => startedAt.getTime())),
  );
  await affectMore(change, { environment, affected, since });
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
    publish: mayPublish(context, again),
    status: (known?.culprit ?? null) === null ? "investigating" : "identified",
    phrases: ["reopened"],
  });
}
