import type { SignalSource } from "../api/signals.ts";
import type { Control } from "../control/control.ts";
import { sourceColumns, sourceOf, type SourceRow } from "./source-row.ts";

/** Who may send signals of an environment. */
export async function listSources(
  { control }: { control: Control },
  { environment }: { environment: string },
): Promise<SignalSource[]> {
  const rows = await control.query<SourceRow>(
    `select ${sourceColumns} from interlock_control.signal_sources
      where environment = $1::text and removed_at is null order by name`,
    [environment],
  );
  return rows.map(sourceOf);
}
