import type { Signal } from "../api/signals.ts";
import type { Control } from "../control/control.ts";
import { signalColumns, signalOf, type SignalRow } from "./signal-row.ts";

/** The signals of an environment, those that fire first, then the latest. */
export async function listSignals(
  { control }: { control: Control },
  { environment, firing, limit }: { environment: string; firing: boolean; limit: number },
): Promise<Signal[]> {
  const rows = await control.query<SignalRow>(
    `select ${signalColumns} from interlock_control.signals
      where environment = $1::text and (state = 'firing' or not $2::boolean)
      order by state = 'firing' desc, last_at desc, id limit $3::integer`,
    [environment, firing, limit],
  );
  return rows.map(signalOf);
}
