import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import type { Log } from "../std/log.ts";

/** What incidents work with. */
export interface IncidentServices {
  control: Control;
  log: Log;
  /** Keeps addresses of responders and tokens of calls. */
  sealer: Sealer;
}
