import { writeFile } from "node:fs/promises";
import { openGround, type Ground } from "./ground.ts";
import type { Learnt } from "./learn-from-outage.ts";
import { shipProtected, type ProtectedFigures } from "./protected.ts";
import { openRun, type Run, type RunOptions } from "./run.ts";
import type { Schedule } from "./schedule.ts";
import { environment } from "./set-up-interlock.ts";
import { openTeam, type Part, type Team } from "./team.ts";
import { runUnprotected, type UnprotectedFigures } from "./unprotected.ts";

export interface ReplayOptions extends RunOptions {
  parts: readonly Part[];
  /** Payments that are there before the traffic starts. */
  payments: number;
  schedule: Schedule;
  /** Ends after the figures. */
  once: boolean;
  /** Where to write them as JSON, too. */
  figuresFile: string | undefined;
}

/** How long the block of the first part holds in the second. */
const blockMs = 14 * 86_400_000;

/**
 * 17 December 2024 on a real platform: without Interlock in the way, with it, or the one after the other from the
 * same past, the second with what was learnt from the first. Returns whether each part went as it should.
 */
export async function replay(options: ReplayOptions): Promise<boolean> {
  const { parts, screen } = options;
  const ground = await openGround(options);
  let learnt: Learnt | undefined;
  let went = true;
  const figures: { unprotected?: UnprotectedFigures; protected?: ProtectedFigures } = {};
  try {
    for (const [index, part] of parts.entries()) {
      if (index > 0) {
        screen.line();
        screen.line("once more from the same past, with what was learnt");
        await ground.home.renew();
      }
      const once = options.once || index < parts.length - 1;
      await onPlatform(ground, { ...options, part }, async (run, team) => {
        const all = { ...options, ground, run, team, once };
        if (part === "unprotected") {
          const outcome = await runUnprotected(all);
          learnt = outcome.learnt;
          went &&= outcome.showed;
          figures.unprotected = outcome.figures;
          return;
        }
        if (learnt !== undefined) await teach(team, learnt);
        const outcome = await shipProtected(all);
        went &&= outcome.showed;
        figures.protected = outcome.figures;
      });
    }
  } finally {
    await ground.close();
  }
  if (options.figuresFile !== undefined) {
    await writeFile(options.figuresFile, `${JSON.stringify(figures)}\n`);
  }
  return went;
}

/** Brings up the platform with its traffic, then Interlock beside it, and ends both whatever comes. */
async function onPlatform(
  ground: Ground,
  options: RunOptions & { part: Part },
  work: (run: Run, team: Team) => Promise<void>,
): Promise<void> {
  const { screen } = options;
  const run = await openRun(ground, options);
  try {
    const started = performance.now();
    screen.passing("… Interlock");
    const team = await openTeam(ground, options);
    screen.done(`Interlock: gate, watch, probes and status page over ${environment}`, {
      tookMs: performance.now() - started,
    });
    try {
      await work(run, team);
    } finally {
      await team.close();
    }
  } finally {
    await run.close();
  }
}

/** The block that the post-mortem of the first part ended in, on the server of the second. */
async function teach({ server }: Team, { scope, reason, incident }: Learnt): Promise<void> {
  const until = new Date(Date.now() + blockMs).toISOString();
  await server.send("POST", "/rules", { kind: "block", scope, reason, incident, until });
}
