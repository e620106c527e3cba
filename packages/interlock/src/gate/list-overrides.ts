import type { Override } from "../api/overrides.ts";
import type { Control } from "../control/control.ts";
import { overrideColumns, overrideOf, type OverrideRow } from "./override.ts";

/** The overrides that hold in an environment, the latest first (500 at most). */
export async function listOverrides(
  { control }: { control: Control },
  { environment }: { environment: string },
): Promise<Override[]> {
  const rows = await control.query<OverrideRow>(
    `select ${overrideColumns} from interlock_control.overrides
      where environment = $1::text and expires_at > clock_timestamp() order by made_at desc, id limit 500`,
    [environment],
  );
  return rows.map(overrideOf);
}
