import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import type { Log } from "../std/log.ts";

/** What routes and background work are made from. `start-server.ts` makes them once, at start. */
export interface Services {
  control: Control;
  sealer: Sealer;
  log: Log;
}
