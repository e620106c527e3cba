import type { Sealer } from "../access/sealer.ts";
import type { Control } from "../control/control.ts";
import { openObserver, type Observer } from "../environment/observer.ts";
import { RehearsalDetails } from "./rehearsal-details.ts";
import { WorkloadTexts } from "./workload-texts.ts";

/** What reading an environment's state wants: the control database, sessions on the targets, and what was read before. */
export interface EvidenceServices {
  control: Control;
  observer: Observer;
  /** Statements of workloads. */
  texts: WorkloadTexts;
  /** What rehearsals that are done have shown. */
  details: RehearsalDetails;
}

/** Makes them, once for each server; close the observer in the end. */
export function openEvidence(
  services: { control: Control; sealer: Sealer },
  options: { freshMs?: number } = {},
): EvidenceServices {
  return {
    control: services.control,
    observer: openObserver(services, options),
    texts: new WorkloadTexts(),
    details: new RehearsalDetails(),
  };
}
