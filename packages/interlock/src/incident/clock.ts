import type { Control } from "../control/control.ts";

/** What the control database's clock says, to the millisecond: all servers go by it. */
export async function readClock(query: Control["query"]): Promise<Date> {
  const [row] = await query<{ at: Date }>("select clock_timestamp() as at");
  if (row === undefined) throw new Error("a clock always says something");
  return row.at;
}
