import type { Caller } from "../../access/caller.ts";
import { requireEverywhere } from "../../access/require-everywhere.ts";
import type { Control } from "../../control/control.ts";
import { changeNotFound } from "../../evidence/find-change.ts";
import { Failure } from "../../std/failure.ts";

/** Says when a change was merged: its time is counted from then. Said again, the last word holds. Throws `Failure` "not-found", "forbidden" or "input-not-valid". */
export async function noteMerge(
  { control }: { control: Control },
  { change, at, caller }: { change: string; at: Date; caller: Caller },
): Promise<void> {
  requireEverywhere(caller, "say when a change was merged");
  await control.transact(async ({ query, audit, emit }) => {
    const [found] = await query<{ is_past: boolean }>(
      "select $2::timestamptz <= clock_timestamp() as is_past from interlock_control.changes where id = $1::text",
      [change, at],
    );
    if (found === undefined) throw changeNotFound(change);
    if (!found.is_past) {
      throw new Failure({
        code: "input-not-valid",
        message: "Nothing was merged in the future.",
        why: `The moment is ${at.toISOString()}.`,
        state: "Nothing was changed.",
        next: "Give the moment of the merge commit.",
      });
    }
    await query(
      `insert into interlock_control.change_merges (change, merged_at, recorded_by) values ($1::text, $2::timestamptz, $3::text)
       on conflict (change) do update
         set merged_at = excluded.merged_at, recorded_at = clock_timestamp(), recorded_by = excluded.recorded_by`,
      [change, at, caller.owner],
    );
    const detail = { mergedAt: at.toISOString() };
    audit({ actor: caller.owner, action: "change.note-merge", subject: change, detail });
    emit({ kind: "change-merged", subject: change, detail });
  });
}
