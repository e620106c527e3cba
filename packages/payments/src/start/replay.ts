import { openGround, type Ground } from "./ground.ts";
import { shipProtected } from "./protected.ts";
import { openRun, type Run, type RunOptions } from "./run.ts";
import type { Schedule } from "./schedule.ts";
import { environment } from "./set-up-interlock.ts";
import { openTeam, type Team } from "./team.ts";
import { probesPass, putProbes } from "./probes.ts";
import { runUnprotected } from "./unprotected.ts";

export interface ReplayOptions extends RunOptions {
  parts: "unprotected" | "protected" | "both";
  /** Payments that are there before the traffic starts. */
  payments: number;
  schedule: Schedule;
  /** Ends after the figures. */
  once: boolean;
}

/**
 * 17 December 2024 on a real platform: without Interlock in the way, with it, or the one after the other. Returns
 * whether each part went as it should.
 */
export async function replay(options: ReplayOptions): Promise<boolean> {
  const { parts, once } = options;
  const ground = await openGround(options);
  let team: Team | undefined;
  try {
    if (parts !== "both") {
      return await onPlatform(ground, options, async (run) => {
        team = await openAndTell(ground, options);
        const part = parts === "unprotected" ? runUnprotected : shipProtected;
        return part({ ...options, ground, run, team, once });
      });
    }
    const failed = await onPlatform(ground, options, async (run) => {
      team = await openAndTell(ground, options);
      const showed = await runUnprotected({ ...options, ground, run, team, once: true });
      // Nobody is to be called because the first part is over.
      await putProbes(team.server, ground, { isPaused: true });
      return showed;
    });
    options.screen.line();
    options.screen.line("once more from the same past, with what was learnt");
    await ground.home.renew();
    const shipped = await onPlatform(ground, options, async (run) => {
      if (team === undefined) throw new Error("the team of the first part is there");
      await putProbes(team.server, ground, { isPaused: false });
      await probesPass(team.server, options);
      return shipProtected({ ...options, ground, run, team, once });
    });
    return failed && shipped;
  } finally {
    await team?.close();
    await ground.close();
  }
}

async function onPlatform(
  ground: Ground,
  options: RunOptions,
  work: (run: Run) => Promise<boolean>,
): Promise<boolean> {
  const run = await openRun(ground, options);
  try {
    return await work(run);
  } finally {
    await run.close();
  }
}

async function openAndTell(ground: Ground, { screen, signal }: RunOptions): Promise<Team> {
  const started = performance.now();
  screen.passing("… Interlock");
  const team = await openTeam(ground, { signal });
  screen.done(`Interlock: gate, watch, probes and status page over ${environment}`, {
    tookMs: performance.now() - started,
  });
  return team;
}
