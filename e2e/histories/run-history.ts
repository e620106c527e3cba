import type { Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { Failure } from "../../packages/interlock/src/std/failure.ts";
import type { Choices, KillChoice } from "./choices.ts";
import { makeHistory } from "./history.ts";
import { Judge } from "./judge.ts";
import { LiveVersion } from "./live-version.ts";
import { openRun, type RunFacts } from "./open-run.ts";
import type { Ended, Order } from "./order.ts";
import { planOf } from "./plan-history.ts";
import { runExecutor } from "./run-executor.ts";
import type { Write } from "./statements.ts";
import type { TargetServer } from "./target.ts";

/** How a history ended, for counting: "contract, executor killed while migrating" or "refused: cannot-plan …". */
export interface HistoryResult {
  ended: string;
  operations: string[];
  writes: number;
  refusedWrites: number;
  kills: number;
}

/** Plans, ships and judges one history. Throws an error that says what differs from a single history. */
export async function runHistory(
  { shadow, target }: { shadow: Shadow; target: TargetServer },
  choices: Choices,
): Promise<HistoryResult> {
  const history = makeHistory(choices);
  const counts = { operations: history.change.operations, writes: 0, refusedWrites: 0, kills: 0 };
  const plan = await planOf(shadow, history);
  if (plan instanceof Failure) return { ...counts, ended: `refused: ${plan.code}: ${plan.message}` };
  const run = new Run(await openRun({ shadow, target, history, plan, choices }));
  try {
    const ended = await run.ship();
    return { ...counts, ...run.counts, ended };
  } finally {
    await run.close();
  }
}

class Run {
  readonly counts = { writes: 0, refusedWrites: 0, kills: 0 };
  readonly #facts: RunFacts;
  readonly #killedWhile: string[] = [];
  readonly #judge: Judge;
  #new: LiveVersion | undefined;

  constructor(facts: RunFacts) {
    this.#facts = facts;
    this.#judge = new Judge(facts);
  }

  /** Returns how it ended. */
  async ship(): Promise<string> {
    const { history, choices, old } = this.#facts;
    for (const write of history.before) await this.#write(write);
    const early = choices.end === "rollback-early";
    const first = await this.#execute({
      order: { command: "ship", to: early ? "expand" : "migrate" },
      writes: history.during,
      kills: choices.kills,
      givesUp: early,
    });
    if ("code" in first) {
      this.#expectRefusal(first, "before contract");
      return await this.#rollBack(`${first.code}, `);
    }
    if (early || choices.kills.length === 0) {
      for (const write of history.during.slice(this.counts.writes)) await this.#write(write);
    }
    // A change without a contract phase is done already.
    if ("state" in first && first.state === "done") return await this.#finish(" at once");
    if (early) return await this.#rollBack("early ");
    this.#new = await LiveVersion.start(this.#facts.target, this.#facts.database, "app@2");
    await this.#judge.compareBoth();
    for (const write of history.between) await this.#write(write);
    await this.#judge.compareBoth();
    if (choices.end === "rollback") {
      await this.#new.end();
      this.#new = undefined;
      return this.#rollBack("");
    }
    await old.end();
    const last = await this.#execute({
      order: { command: "ship", to: "contract" },
      writes: history.afterContract,
      kills: choices.lateKills,
      givesUp: false,
    });
    if ("code" in last) {
      this.#expectRefusal(last, "in contract");
      return `contract stopped, ${last.code}`;
    }
    return this.#finish("");
  }

  async #finish(how: string): Promise<string> {
    const { single } = this.#facts;
    if (single.new.impossible !== undefined)
      throw new Error(`it went through, though ${single.new.impossible}`);
    await this.#judge.compare("new", { final: true });
    await this.#judge.compareCatalog("new");
    return `contract${how}${this.#killed()}`;
  }

  async close(): Promise<void> {
    const { target, database, close, old } = this.#facts;
    await this.#judge.close();
    await old.end().catch(() => undefined);
    await this.#new?.end().catch(() => undefined);
    await target.dropDatabase(database);
    await close();
  }

  async #rollBack(why: string): Promise<string> {
    const { history, choices, single } = this.#facts;
    const ended = await this.#execute({
      order: { command: "rollback", to: "contract" },
      writes: history.afterRollback,
      kills: choices.lateKills,
      givesUp: false,
    });
    if ("code" in ended) {
      if (ended.code === "nothing-to-roll-back") return `${why}killed before it began`;
      if (single.old.impossible === undefined)
        throw new Error(`rollback failed: ${ended.code} ${ended.message}`);
      return `${why}rollback stopped, ${ended.code}`;
    }
    await this.#judge.compare("old", { final: true });
    await this.#judge.compareCatalog("old");
    return `${why}rollback${this.#killed()}`;
  }

  #killed(): string {
    return this.#killedWhile.length === 0 ? "" : `, killed: ${this.#killedWhile.join(", ")}`;
  }

  #expectRefusal(ended: { code: string; message: string }, when: string): void {
    if (this.#facts.single.new.impossible !== undefined) return;
    throw new Error(`it stopped ${when}: ${ended.code} ${ended.message}`);
  }

  /** Runs an executor, again after each kill, with writes beside it from its first event on. */
  async #execute({
    order,
    writes,
    kills,
    givesUp,
  }: {
    order: Pick<Order, "command" | "to">;
    writes: readonly Write[];
    kills: readonly KillChoice[];
    /** Whether it is left alone after a kill. */
    givesUp: boolean;
  }): Promise<Exclude<Ended, "killed">> {
    const rest = [...writes];
    let { command } = order;
    for (let run = 0; ; run += 1) {
      const kill = kills[run];
      const ended = await this.#executeOnce({ ...order, command }, { kill, rest });
      if (ended !== "killed") {
        while (rest.length > 0) await this.#write(rest.shift() as Write);
        if ("code" in ended && ended.code === "nothing-to-resume" && command === "resume")
          command = order.command;
        else return ended;
      } else {
        this.counts.kills += 1;
        if (givesUp) return { state: "killed" };
        // A rollback that was killed before its first step is not known to have been one.
        command = order.command === "rollback" ? "rollback" : "resume";
      }
      await this.#judge.executorGone();
    }
  }

  async #executeOnce(
    { command, to }: Pick<Order, "command" | "to">,
    { kill, rest }: { kill: KillChoice | undefined; rest: Write[] },
  ): Promise<Ended> {
    const { target, database, plan } = this.#facts;
    let events = 0;
    let crash: Promise<void> | undefined;
    const { promise: first, resolve: begin } = Promise.withResolvers<undefined>();
    const onEvent = (type: string): void => {
      begin(undefined);
      events += 1;
      if (kill?.what !== "postgres" || events !== kill.event) return;
      this.#killedWhile.push(`postgres at ${type}`);
      this.counts.kills += 1;
      crash = target.crash();
    };
    const executor = kill?.what === "executor";
    const run = { over: false };
    const ending = runExecutor(
      {
        command,
        to,
        plan,
        options: {
          connection: target.connection(database),
          acceptLoss: true,
          backfill: { batchMs: 8 },
          versionsWaitMs: 120_000,
          retryForMs: 120_000,
          reconnectForMs: 60_000,
        },
        killAtEvent: executor ? kill.event : 0,
        killAfterMs: kill?.afterMs ?? 0,
      },
      onEvent,
    ).finally(() => {
      run.over = true;
      begin(undefined);
    });
    // Whoever waits for it comes later.
    ending.catch(() => undefined);
    await first;
    while (!run.over && rest.length > 0) await this.#write(rest.shift() as Write);
    const ended = await ending;
    await crash;
    if (ended === "killed") this.#killedWhile.push("executor");
    return ended;
  }

  async #write(write: Write): Promise<void> {
    const version = write.isNew ? this.#new : this.#facts.old;
    if (version === undefined) throw new Error("the new version is not live");
    const answer = await version.write(write);
    this.counts.writes += 1;
    if (answer !== "made" && "refused" in answer) this.counts.refusedWrites += 1;
    await this.#judge.judgeAnswer(write, answer);
  }
}
