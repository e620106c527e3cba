import type { Update } from "../../api/updates.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { appendToTimeline } from "../append-to-timeline.ts";
import { alreadyEnded } from "../refused.ts";
import { changeUpdate } from "./change-update.ts";

/**
 * Takes an update off the page, or throws a draft away; its texts are kept. The incident's state stays: say what is
 * so now with another update. Throws `Failure` "already-ended" where it was before, "not-found" or "forbidden".
 */
export async function withdrawUpdate(
  { control }: { control: Control },
  { update: id, reason, caller }: { update: string; reason: string; caller: Caller },
): Promise<Update> {
  return changeUpdate(control, { update: id, caller }, async (change) => {
    const { transaction, update, environment, reference, at } = change;
    const { query, audit, emit } = transaction;
    const rows = await query(
      `update interlock_control.updates
          set state = 'withdrawn', edited_at = case when state = 'published' then $2::timestamptz end
        where id = $1::text and state <> 'withdrawn' returning id`,
      [id, at],
    );
    if (rows.length === 0) throw alreadyEnded(`${id} was withdrawn before.`);
    const of =
      update.incident === null ? { maintenance: update.maintenance ?? "" } : { incident: update.incident };
    const detail = { reference, update: id, was: update.state, reason };
    await appendToTimeline(query, { ...of, at, kind: "update-withdrawn", actor: caller.owner, detail });
    audit({ actor: caller.owner, action: "update.withdraw", environment, subject: id, detail });
    emit({ kind: "update-withdrawn", environment, subject: id, detail: { ...detail, ...of } });
  });
}
