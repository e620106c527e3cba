import { systemCaller } from "../../../access/system-caller.ts";
import { appendToTimeline } from "../../append-to-timeline.ts";
import { attempt } from "./attempt.ts";
import type { IncidentChange } from "../../change-incident.ts";
import { findIncident } from "../../find-incident.ts";
import { requireStep } from "../../step-refused.ts";
import { sayUpdate, type SayingUpdate } from "../../updates/say-update.ts";
import { takeStatus } from "../../updates/take-status.ts";

/**
 * Publishes an update that nobody wrote, where that is allowed; else only what it says of the state is so from now
 * on. An update that can't be written must not keep the incident from going on: the timeline says why there is none.
 */
export async function sayByItself(
  change: IncidentChange,
  { publish, ...saying }: Omit<SayingUpdate, "publish" | "caller"> & { publish: boolean },
): Promise<void> {
  if (publish) {
    const failure = await attempt(change.transaction, async (transaction) => {
      await sayUpdate({ ...change, transaction }, { ...saying, publish: true, caller: systemCaller });
    });
    if (failure === undefined) return;
    await appendToTimeline(change.transaction.query, {
      incident: change.row.id,
      at: change.at,
      kind: "update-not-published",
      actor: systemCaller.owner,
      detail: { code: failure.code, message: failure.message, why: failure.why, status: saying.status },
    });
  }
  const row = await findIncident(change.transaction.query, change.row.id);
  await takeStatus(
    { ...change, row },
    {
      next: requireStep(row, { verb: "update", status: saying.status }),
      actor: systemCaller.owner,
      makesPublic: false,
      recoveredAt: saying.recoveredAt,
      endedAt: saying.endedAt,
    },
  );
}
