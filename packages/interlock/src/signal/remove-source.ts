import type { SignalSource } from "../api/signals.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { sourceNotFound } from "./take-delivery.ts";
import { sourceColumns, sourceOf, type SourceRow } from "./source-row.ts";

/** Takes nothing more from a source, and ends what it left firing. Throws `Failure` "not-found". */
export async function removeSource(
  { control }: { control: Control },
  { environment, source, caller }: { environment: string; source: string; caller: Caller },
): Promise<SignalSource> {
  return control.transact(async ({ query, audit, emit }) => {
    const [row] = await query<SourceRow>(
      `update interlock_control.signal_sources set removed_at = clock_timestamp()
        where environment = $1::text and name = $2::text and removed_at is null returning ${sourceColumns}`,
      [environment, source],
    );
    if (row === undefined) throw sourceNotFound(source);
    const ended = await query<{ id: string; key: string; component: string | null }>(
      `update interlock_control.signals
          set state = 'ended', ended_at = clock_timestamp(), last_at = clock_timestamp()
        where environment = $1::text and source = 'hook' and origin = $2::text and state = 'firing'
        returning id, key, component`,
      [environment, source],
    );
    for (const { id, key, component } of ended) {
      const detail = { source: "hook", origin: source, key, component, why: "its source was removed" };
      emit({ kind: "signal-ended", environment, subject: id, detail });
    }
    const detail = { name: source };
    audit({ actor: caller.owner, action: "signal-source.remove", environment, subject: row.id, detail });
    emit({ kind: "signal-source-removed", environment, subject: row.id, detail });
    return sourceOf(row);
  });
}
