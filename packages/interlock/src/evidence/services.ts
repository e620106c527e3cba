import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import type { Observer } from "../environment/observer.ts";

/** What reading an environment's state wants: the control database, and sessions on the targets. */
export interface EvidenceServices {
  control: Control;
  sealer: Sealer;
  observer: Observer;
}
