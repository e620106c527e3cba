import { Client } from "pg";
import {
  compareCatalogs,
  describeCatalog,
  type CatalogDescription,
} from "../../packages/interlock/src/catalog/describe.ts";
import { applyMigration } from "../../packages/interlock/src/migration/apply.ts";
import { migrationOf } from "../../packages/interlock/src/plan/testing-change.ts";
import type { Plan } from "../../packages/interlock/src/plan/plan.ts";
import type { Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { Failure, messageOf } from "../../packages/interlock/src/std/failure.ts";
import type { Choices, KillChoice } from "./choices.ts";
import { shown, told } from "./answers.ts";
import { compareLogs } from "./compare-logs.ts";
import { baselineOf, planOf } from "./plan-history.ts";
import { makeHistory, type History } from "./history.ts";
import { LiveVersion } from "./live-version.ts";
import type { Ended, Order } from "./order.ts";
import { compareShape } from "./compare-shape.ts";
import { runExecutor } from "./run-executor.ts";
import { rowId } from "./shape.ts";
import { SingleHistory, type ReadShipped, type Row } from "./single-history.ts";
import type { Write } from "./statements.ts";
import { openSession, type TargetServer } from "./target.ts";

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
  const run = await Run.open({ shadow, target, history, plan, choices });
  try {
    const ended = await run.ship();
    return { ...counts, ...run.counts, ended };
  } finally {
    await run.close();
  }
}

interface RunFacts {
  shadow: Shadow;
  target: TargetServer;
  history: History;
  plan: Plan;
  choices: Choices;
  database: string;
  single: SingleHistory;
  catalogs: { old: CatalogDescription; new: CatalogDescription };
  observer: Client;
  old: LiveVersion;
  close: () => Promise<void>;
}

class Run {
  readonly counts = { writes: 0, refusedWrites: 0, kills: 0 };
  readonly #facts: RunFacts;
  readonly #killedWhile: string[] = [];
  #observer: Client;
  #new: LiveVersion | undefined;

  private constructor(facts: RunFacts) {
    this.#facts = facts;
    this.#observer = facts.observer;
  }

  static async open(
    given: Pick<RunFacts, "shadow" | "target" | "history" | "plan" | "choices">,
  ): Promise<Run> {
    const { shadow, target, history } = given;
    const oldName = await shadow.createDatabase();
    const old = await openClient(shadow, oldName);
    await old.query(baselineOf(history));
    await old.query(history.baseline.rows);
    await old.end();
    const freshName = await shadow.createDatabase({ template: oldName });
    const [alone, fresh] = [await openClient(shadow, oldName), await openClient(shadow, freshName)];
    let impossible: string | undefined;
    try {
      await applyMigration(fresh, migrationOf(history.change.migration));
    } catch (error) {
      impossible = messageOf(error);
    }
    const logs = history.baseline.tables
      .filter((_, at) => given.choices.tables[at]?.trigger === "audit")
      .map(({ name }) => `log_${name}`);
    const single = await SingleHistory.open({
      old: alone,
      new: fresh,
      tables: { old: history.baseline.tables, new: history.change.tables },
      links: history.change.links,
      logs,
      impossible,
    });
    const catalogs = { old: await describeCatalog(alone), new: await describeCatalog(fresh) };
    const database = await target.createDatabase();
    const observer = await openSession(target, database, "observer");
    await observer.query(baselineOf(history));
    await observer.query(history.baseline.rows);
    return new Run({
      ...given,
      database,
      single,
      catalogs,
      observer,
      old: await LiveVersion.start(target, database, "app@1"),
      close: async () => {
        await alone.end();
        await fresh.end();
        await shadow.dropDatabase(oldName);
        await shadow.dropDatabase(freshName);
      },
    });
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
    await this.#compareBoth();
    for (const write of history.between) await this.#write(write);
    await this.#compareBoth();
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
    await this.#compare("new", { final: true });
    await this.#compareCatalog("new");
    return `contract${how}${this.#killed()}`;
  }

  async close(): Promise<void> {
    const { target, database, close, old } = this.#facts;
    await this.#observer.end().catch(() => undefined);
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
    await this.#compare("old", { final: true });
    await this.#compareCatalog("old");
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
      await this.#executorGone();
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

  async #executorGone(): Promise<void> {
    for (let looks = 0; looks < 10_000; looks += 1) {
      const { rows } = await this.#observed(
        "select pid from pg_stat_activity where datname = current_database() and application_name = 'interlock'",
      );
      if (rows.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error("the killed executor's session stayed");
  }

  async #write(write: Write): Promise<void> {
    const version = write.isNew ? this.#new : this.#facts.old;
    if (version === undefined) throw new Error("the new version is not live");
    const answer = await version.write(write);
    this.counts.writes += 1;
    const expected = await this.#facts.single.write(write, this.#readShipped);
    if (answer !== "made" && "refused" in answer) this.counts.refusedWrites += 1;
    if (expected === undefined || answer === "made") return;
    const [got, wanted] = [shown(answer, this.#fills(write)), shown(expected, this.#fills(write))];
    if (got === wanted) return;
    throw new Error(
      `${write.isNew ? "new" : "old"} ${write.statement.sql} with ${JSON.stringify(write.values)} answers ${told(answer)} and not ${told(expected)}`,
    );
  }

  /** Values that a null may have become when the old version sees it. */
  #fills({ isNew }: Write): string[] {
    if (isNew) return [];
    return this.#facts.history.baseline.tables.flatMap(({ columns }) =>
      columns.flatMap(({ fill }) => (fill === undefined ? [] : [fill])),
    );
  }

  readonly #readShipped: ReadShipped = async (table, row, columns) => {
    const { rows } = await this.#observed(
      `select ${columns.map((name) => `${name}::text`).join(", ")} from ${table} where ${rowId} = ${row}`,
    );
    return rows[0] as Row | undefined;
  };

  async #observed(sql: string): Promise<{ rows: object[] }> {
    try {
      return await this.#observer.query<Row>(sql);
    } catch (error) {
      const { target, database } = this.#facts;
      this.#observer = await openSession(target, database, "observer");
      void error;
      return this.#observer.query<Row>(sql);
    }
  }

  async #compareBoth(): Promise<void> {
    await this.#compare("old", { final: false });
    await this.#compare("new", { final: false });
  }

  async #compare(version: "old" | "new", { final }: { final: boolean }): Promise<void> {
    const side = this.#facts.single[version];
    if (side.impossible !== undefined) return;
    await this.#observed("select 1");
    const faults = await compareShape(this.#observer, side, { final });
    if (final) faults.push(...(await compareLogs(this.#observer, side, this.#facts)));
    if (faults.length === 0) return;
    throw new Error(`${version} shape${final ? " at the end" : ""}: ${faults.slice(0, 5).join("; ")}`);
  }

  async #compareCatalog(version: "old" | "new"): Promise<void> {
    await this.#observed("select 1");
    const left = await describeCatalog(this.#observer);
    // A value of an enum stays after a rollback, as the plan says.
    const stays = version === "old" && this.#facts.history.change.operations.includes("enum-value");
    const differences = compareCatalogs(this.#facts.catalogs[version], left).filter(
      ({ object }) => !stays || object !== "type public.mood",
    );
    const { rows } = await this.#observed(
      "select proname from pg_proc where pronamespace = 'interlock'::regnamespace and proname like 'interlock_%'",
    );
    if (rows.length > 0) throw new Error("a function of the sync is left in schema interlock");
    if (differences.length === 0) return;
    throw new Error(
      `catalog: ${differences.map(({ object, left: wanted, right }) => `${object} is ${right ?? "missing"} and not ${wanted ?? "absent"}`).join("; ")}`,
    );
  }
}

async function openClient(shadow: Shadow, database: string): Promise<Client> {
  const client = new Client({ ...shadow.connection(database), options: "-c timezone=UTC" });
  await client.connect();
  return client;
}
