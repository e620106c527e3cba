import { systemCaller } from "../../../access/system-caller.ts";
import type { AuditEntry } from "../../../control/append-to-audit-log.ts";
import type { NewEvent } from "../../../control/append-events.ts";
import { Failure } from "../../../std/failure.ts";
import { appendToTimeline } from "../../append-to-timeline.ts";
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
    const failure = await tried(change, async (inner) => {
      await sayUpdate(inner, { ...saying, publish: true, caller: systemCaller });
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

/** Does something whole or not at all, inside a transaction that goes on either way. */
async function tried(
  change: IncidentChange,
  work: (inner: IncidentChange) => Promise<void>,
): Promise<Failure | undefined> {
  const { query, audit, emit } = change.transaction;
  const entries: AuditEntry[] = [];
  const events: NewEvent[] = [];
  await query("savepoint saying");
  try {
    await work({
      ...change,
      transaction: {
        query,
        audit: (entry) => void entries.push(entry),
        emit: (event) => void events.push(event),
      },
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await query("rollback to savepoint saying");
    return error;
  }
  await query("release savepoint saying");
  entries.forEach(audit);
  events.forEach(emit);
  return undefined;
}
