import type { Change } from "../../packages/payments/src/changes/changes.ts";
import type { Audit, References } from "./audit.ts";
import type { Pace } from "./pace.ts";
import type { Place, Site } from "./site.ts";
import { openTraffic, type PhaseFigures, type Rates, type Traffic } from "./traffic.ts";
import { within } from "./within.ts";

/** What every way of bringing a change about is given. */
export interface Trial {
  site: Site;
  references: References;
  change: Change;
  rates: Rates;
  pace: Pace;
}

/** What one way of bringing a change about came to. */
export interface Outcome {
  phases: PhaseFigures[];
  /** What processes said that is wrong with themselves. */
  alarms: string[];
  audit: Audit | null;
  /** What the executor's journal says of its steps, in ms. */
  executor: { longestLockWaitMs: number; longestLockHeldMs: number; rowsFilled: number } | null;
  /** Why it was not gone through with, and where. */
  stopped: string | null;
}

/** What is told of a trial: a platform of the old release under traffic, and what happens to it. */
export interface Scene {
  place: Place;
  traffic: Traffic;
  /** From now on figures belong to this, until the next one. */
  phase<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
  /** Something that has no figures of its own. */
  step<Result>(what: string, work: () => Promise<Result>): Promise<Result>;
}

const longestStepMs = 120_000;

/**
 * Plays a story on a platform of its own and ends everything afterwards, however it went. What a story throws, or what
 * hangs in it, is told in the outcome with what was being done.
 */
export async function play(
  { site, change, rates, pace }: Trial,
  story: (scene: Scene) => Promise<Pick<Outcome, "audit"> & Partial<Pick<Outcome, "executor">>>,
  {
    prepare,
    databaseUrlOf,
  }: {
    /** Before the platform starts. */
    prepare?: (place: Place) => Promise<void>;
    databaseUrlOf?: (place: Place, version: string) => string;
  } = {},
): Promise<Outcome> {
  const place = await site.newPlace(change.from);
  let doing = "preparation";
  let traffic: Traffic | undefined;
  const outcome: Outcome = { phases: [], alarms: [], audit: null, executor: null, stopped: null };
  try {
    if (prepare !== undefined) await within(longestStepMs, doing, prepare(place));
    doing = "start of the platform";
    const opened = await within(
      longestStepMs,
      doing,
      openTraffic({
        place,
        version: change.from,
        rates,
        log: site.log,
        ...(databaseUrlOf === undefined
          ? {}
          : { databaseUrlOf: (version: string) => databaseUrlOf(place, version) }),
      }),
    );
    traffic = opened;
    const step: Scene["step"] = async (what, work) => {
      doing = what;
      return within(longestStepMs, what, Promise.race([work(), opened.platform.broken]));
    };
    const phase: Scene["phase"] = async (name, work) => {
      await step(`beginning of ${name}`, async () => opened.begin(name));
      return step(name, work);
    };
    await opened.rest(pace.settleMs);
    await phase("quiet", async () => opened.rest(pace.quietMs));
    Object.assign(outcome, await story({ place, traffic: opened, phase, step }));
  } catch (error) {
    outcome.stopped = explain(doing, error);
    await traffic?.begin("stopped").catch(() => undefined);
  } finally {
    if (traffic !== undefined) {
      const ended = within(longestStepMs, "end of the platform", traffic.close());
      await ended.catch((error: unknown) => (outcome.stopped ??= explain("end", error)));
      Object.assign(outcome, { phases: traffic.phases(), alarms: traffic.alarms() });
    }
    await site.dropPlace(place);
  }
  return outcome;
}

function explain(doing: string, error: unknown): string {
  const { message, why } = error as { message?: string; why?: string };
  return [`${doing}: ${message ?? String(error)}`, why].filter((line) => line !== undefined).join("\n");
}
