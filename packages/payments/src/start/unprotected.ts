import { liveThroughOutage, type OutageOptions } from "./outage.ts";
import type { Moments } from "./moments.ts";
import { reportTraffic } from "./report.ts";
import { stayUp } from "./stay-up.ts";
import { learnFromOutage, type Learnt } from "./learn-from-outage.ts";

const afterMs = 5_000;

/** What the outage came to. */
export interface UnprotectedFigures {
  ecommerce: { made: number; failed: number };
  pos: { made: number; failed: number };
  secondsFailing: number;
  msAfterStructure: Moments;
}

/**
 * The change as it went on 17 December, and what comes of it: the structural half goes in directly, the incident
 * takes its course, and its post-mortem ends in a block that the gate enforces. `showed` says whether it showed what it
 * is for: e-commerce payments fail, payments at terminals don't, and the gate refuses the next change of the kind.
 */
export async function runUnprotected(
  options: OutageOptions & { once: boolean },
): Promise<{ showed: boolean; learnt: Learnt | undefined; figures: UnprotectedFigures }> {
  const { ground, run, team, screen, signal, once } = options;
  await team.server.ask("watch", "enable", "--database", ground.home.databaseUrl);
  screen.line();
  screen.line("the 17 December change, and nobody asks the gate");
  run.figures.period = "change";
  const outage = await liveThroughOutage(options);
  run.figures.period = "otherwise";
  const learnt = outage === undefined ? undefined : await learnFromOutage(options, outage);
  await run.rest(afterMs);
  if (!once) await stayUp({ run, team, screen, signal });
  const summary = await run.platform.stopTraffic();
  screen.line();
  reportTraffic({ screen, figures: run.figures, summary });
  screen.line(
    `  outage     e-commerce payments failed for ${String(run.figures.secondsFailing("ecommerce"))} s, terminal payments for ${String(run.figures.secondsFailing("pos"))} s   (17 December 2024: 20 min)`,
  );
  screen.line(`  kept       page, feeds, letters and post-mortem in ${team.directory}`);
  const showed = learnt !== undefined && summary.ecommerce.failed > 0 && summary.pos.failed === 0;
  const figures = {
    ecommerce: { made: summary.ecommerce.made, failed: summary.ecommerce.failed },
    pos: { made: summary.pos.made, failed: summary.pos.failed },
    secondsFailing: run.figures.secondsFailing("ecommerce"),
    msAfterStructure: outage?.moments ?? {},
  };
  return { showed, learnt, figures };
}
