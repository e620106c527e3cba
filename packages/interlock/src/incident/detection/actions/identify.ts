import { systemCaller } from "../../../access/system-caller.ts";
import { appendToTimeline } from "../../append-to-timeline.ts";
import type { DetectionAction } from "../facts.ts";
import { changeOf, type ActionContext } from "./context.ts";
import { sayByItself } from "./say-by-itself.ts";

/**
 * Names the change that evidence points to, on the timeline; clients are told that the cause is known and worked on,
 * and not whose it is.
 */
export async function identify(
  context: ActionContext,
  { incident, culprit }: Extract<DetectionAction, { do: "identify" }>,
): Promise<void> {
  const { transaction, facts } = context;
  const change = await changeOf(context, incident);
  const [ranked] = await transaction.query<{ culprit: object }>(
    "select culprit from interlock_control.incident_culprits where incident = $1::text and culprit ->> 'key' = $2::text",
    [incident, culprit],
  );
  await appendToTimeline(transaction.query, {
    incident,
    at: change.at,
    kind: "culprit-named",
    actor: systemCaller.owner,
    detail: { ...ranked?.culprit, key: culprit },
  });
  await transaction.query(
    "update interlock_control.detections set culprit = $2::text where incident = $1::text",
    [incident, culprit],
  );
  const own = facts.incidents.find(({ id }) => id === incident)?.own;
  const publish = Object.values(own?.policies ?? {}).some((policy) => policy.publish);
  const spared = change.row.impacts.some(({ wasAffected }) => !wasAffected);
  const phrases = ["identified-difficulties", ...(spared ? ["no-impact"] : []), "action-under-way"];
  await sayByItself(change, { publish, status: "identified", phrases });
}
