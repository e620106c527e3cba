import type { Rehearsal } from "../rehearsal.ts";
import { estimateAll, type Duration, type Sizes } from "../stats/estimate.ts";
import type { RecordedStep } from "../step-effects.ts";
import type { Wait } from "../waiting/find-waiting.ts";
import type { Work } from "../waiting/work.ts";

/** How long what one step locked stays locked. */
export interface Holding {
  file: string;
  step: RecordedStep;
  waits: readonly Wait[];
  /** What takes time until the end of its transaction, with the step that does it: the first is itself. */
  behind: readonly { step: RecordedStep; work: Work }[];
  /** Undefined where it is not known; nothing takes long where there is no work. */
  duration: Duration | undefined;
  /** Tables on whose size it depends, and that is not known. */
  unknownSizes: readonly string[];
}

/** Every step that holds up live statements. */
export function holdings({ changes }: Pick<Rehearsal, "changes">, sizes: Sizes | undefined): Holding[] {
  return changes.flatMap(({ steps, file, label }) =>
    steps.flatMap((step, index): Holding[] => {
      const { traffic } = step;
      if (traffic === undefined || traffic.waits.length === 0) return [];
      const rest = steps.slice(index).filter((later) => later.traffic?.transaction === traffic.transaction);
      const behind = rest.flatMap((later) =>
        (later.traffic?.work ?? []).map((work) => ({ step: later, work })),
      );
      const work = behind.map((one) => one.work);
      const duration = sizes === undefined && work.length > 0 ? undefined : durationOf(work, sizes);
      const unknownSizes =
        duration === undefined
          ? work.filter((one) => durationOf([one], sizes) === undefined).map(({ relation }) => relation)
          : [];
      return [
        {
          file: file ?? label,
          step,
          waits: traffic.waits,
          behind,
          duration,
          unknownSizes: [...new Set(unknownSizes)],
        },
      ];
    }),
  );
}

export function durationOf(work: readonly Work[], sizes: Sizes | undefined): Duration | undefined {
  if (work.length === 0) return { ms: 0, how: "" };
  return sizes === undefined ? undefined : estimateAll(work, sizes);
}

/** What of a table waits: "reads and writes", "writes". */
export function effectOf(waits: readonly Wait[]): string {
  return waits.some(reads) ? "reads and writes" : "writes";
}

function reads({ wanted, held }: Wait): boolean {
  return wanted === "AccessShareLock" || (wanted === undefined && held === "AccessExclusiveLock");
}
