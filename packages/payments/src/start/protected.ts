import { DatabaseError } from "pg";
import { shipStatus } from "pg-interlock/ship";
import { applyDirectly } from "./apply-directly.ts";
import { change } from "./change.ts";
import { followShipment } from "./follow-shipment.ts";
import type { Ground } from "./ground.ts";
import type { InterlockServer } from "./interlock-server.ts";
import { reportTraffic } from "./report.ts";
import { newVersion, oldVersion, type Run } from "./run.ts";
import { seconds, type Screen } from "./screen.ts";
import { environment } from "./set-up-interlock.ts";
import { stayUp } from "./stay-up.ts";
import type { Team } from "./team.ts";

const after = `payments@${newVersion}`;
/** How long both versions serve side by side, and how long the traffic is watched after the contract phase. */
const besideMs = 5_000;
const afterMs = 5_000;

/** A decision of the gate, as far as it is told here. */
interface Decision {
  verdict: "go" | "blocked" | "unknown";
  order: string | null;
  reasons: { effect: string; code?: string; appVersion?: string; message: string }[];
}

/** What shipping it came to. */
export interface ProtectedFigures {
  ecommerce: { made: number; failed: number };
  pos: { made: number; failed: number };
  mergeToContractMs: number;
  /** Of payments in the shop; null where none was made. */
  p99Ms: Record<"quiet" | "rehearsal" | "change", number | null>;
}

/**
 * The change of 17 December through Interlock: the gate refuses each half alone and lets it go with its plan, the
 * server ships it under live traffic, and the old version is gone before the contract phase. `showed` says whether no
 * payment failed.
 */
export async function shipProtected({
  ground,
  run,
  team,
  screen,
  signal,
  once,
}: {
  ground: Ground;
  run: Run;
  team: Team;
  screen: Screen;
  signal: AbortSignal;
  once: boolean;
}): Promise<{ showed: boolean; figures: ProtectedFigures }> {
  const { server } = team;
  const { databaseUrl } = ground.home;
  await server.ask("guard", "enable", "--database", databaseUrl);
  screen.line();
  screen.line("the 17 December change");
  run.figures.period = "rehearsal";
  const started = performance.now();
  await shipThroughGate({ server, run, databaseUrl, screen, signal });
  const shippedMs = performance.now() - started;
  run.figures.period = "otherwise";
  await run.rest(afterMs);
  if (!once) await stayUp({ run, team, screen, signal });
  const summary = await run.platform.stopTraffic();
  screen.line();
  reportTraffic({ screen, figures: run.figures, summary });
  await reportLocks(databaseUrl, screen);
  screen.line(`  merge to contract ${seconds(shippedMs)}   (17 December 2024: 29 min, 20 of them down)`);
  const showed = summary.ecommerce.failed === 0 && summary.pos.failed === 0;
  const figures = {
    ecommerce: { made: summary.ecommerce.made, failed: summary.ecommerce.failed },
    pos: { made: summary.pos.made, failed: summary.pos.failed },
    mergeToContractMs: Math.round(shippedMs),
    p99Ms: {
      quiet: run.figures.of("ecommerce", "quiet").p99Ms,
      rehearsal: run.figures.of("ecommerce", "rehearsal").p99Ms,
      change: run.figures.of("ecommerce", "change").p99Ms,
    },
  };
  return { showed, figures };
}

async function shipThroughGate(through: {
  server: InterlockServer;
  run: Run;
  databaseUrl: string;
  screen: Screen;
  signal: AbortSignal;
}): Promise<void> {
  const { server, run, databaseUrl, screen, signal } = through;
  const { ask } = server;
  await ask("workload", "push", change.workload(after));
  const title = "paid and refunded become a status";
  const sources = [change.migration, "--baseline", change.baseline];
  const pushed = await ask(
    "change",
    "push",
    ...sources,
    "--app",
    after,
    "--env",
    environment,
    "--title",
    title,
  );
  const { id } = pushed.answer as { id: string };
  const gate = async (...asked: string[]): Promise<Decision> => {
    screen.passing("  rehearses the change under the workloads of every version …");
    return (await ask("gate", "--env", environment, ...asked, "--wait", "10m")).answer as Decision;
  };
  tell(screen, "structure alone?", await gate("--change", id, "--to", "structure"));
  tell(screen, `${after} alone?`, await gate("--release", after));
  tell(screen, "psql, directly?", await tryDirectly(databaseUrl));
  tell(screen, "split?", await gate("--change", id, "--to", "expand"));
  run.figures.period = "change";
  screen.line();
  const started = await ask("shipment", "start", id, "--env", environment, "--to", "expand");
  const { shipment } = started.answer as { shipment: string };
  await followShipment({ server, screen, shipment, until: "ready", behind: null, signal });
  await ask("release", "start", after, "--env", environment);
  await run.platform.release(newVersion);
  screen.passing(`  release    ${after} beside ${oldVersion} …`);
  const besideAt = performance.now();
  await run.rest(besideMs);
  tell(screen, `contract, ${oldVersion} live?`, await gate("--change", id, "--to", "contract"));
  const servedMs = performance.now() - besideAt;
  await run.platform.retire(oldVersion);
  await ask("release", "finish", after, "--env", environment);
  screen.line(
    `  release    ${after} beside ${oldVersion} for ${seconds(servedMs)}, then ${oldVersion} drained`,
  );
  await ask("shipment", "resume", shipment, "--to", "contract");
  await followShipment({ server, screen, shipment, until: "done", behind: "migrate", signal });
}

/** What becomes of the structural half where somebody does not ask. */
async function tryDirectly(databaseUrl: string): Promise<Decision> {
  try {
    await applyDirectly(databaseUrl);
    return { verdict: "go", order: null, reasons: [] };
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    return { verdict: "blocked", order: null, reasons: [{ effect: "blocks", message: error.message }] };
  }
}

function tell(screen: Screen, question: string, { verdict, order, reasons }: Decision): void {
  const shown = screen.style(verdict === "go" ? "green" : "yellow", verdict.padEnd(9));
  const [first, ...others] = reasons.filter(({ effect }) => effect === "blocks" || effect === "unknown");
  const why = [
    ...(order === null || verdict === "go" ? [] : [`order ${order}`]),
    ...(first?.code === undefined ? [] : [[first.code, first.appVersion].filter(Boolean).join(" ")]),
    ...(others.length === 0 ? [] : [`${String(others.length)} more`]),
  ];
  screen.line(`  ${question.padEnd(24)} ${shown} ${why.join(", ")}`.trimEnd());
  if (first !== undefined) screen.line(screen.style("dim", `      ${shorten(first.message)}`));
  const block = others.find(({ code }) => code === "block");
  if (block !== undefined) screen.line(screen.style("dim", `      ${shorten(block.message)}`));
}

/** A reason in one line; `interlock gate` prints all of it. */
function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199).trimEnd()}…`;
}

async function reportLocks(databaseUrl: string, screen: Screen): Promise<void> {
  const { change: shipped } = await shipStatus({ connection: { connectionString: databaseUrl } });
  const steps = shipped?.steps ?? [];
  const longest = (of: (step: (typeof steps)[number]) => number): string =>
    Math.max(0, ...steps.map(of)).toFixed(0);
  screen.line(
    `  locks      longest wait for one ${longest((step) => step.longestLockWaitMs)} ms, longest held ${longest((step) => step.longestLockHeldMs)} ms`,
  );
}
