import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import type { Log } from "../std/log.ts";
import type { NotifySettings } from "./settings.ts";

/** What telling people is made from. */
export interface NotifyServices {
  control: Control;
  sealer: Sealer;
  log: Log;
  notify: NotifySettings;
}
