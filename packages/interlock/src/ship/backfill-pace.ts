import type { Client } from "pg";
import { Failure } from "../std/failure.ts";
import type { Execution } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { meaningOf, type ChangeState } from "./journal-record.ts";
import { LoadObserver, type Load } from "./load-observer.ts";
import { pause } from "./pause.ts";

/** The shortest time that batches are steered to when others wait for them, as a share of the usual one. */
const leastShare = 0.2;

/** A server that takes longer than this for a statement with nothing to do has more work than it can do at once. */
const slowAnswerMs = 10;
/** Live statements that take this many times as long as usual are held up by something, and it may well be us. */
const slowStatements = 1.5;
/** The smallest share of time in which batches run beside others, so that a backfill ends on a busy server too. */
const leastDuty = 0.1;

/** Makes a backfill give way: to those who wait for its rows, to standbys, and to whoever else uses the machine. */
export class BackfillPace {
  readonly #execution: Execution;
  readonly #observer: LoadObserver;
  readonly #workers: number[] = [];
  readonly #step: string;
  #share = 1;
  #duty: number;
  #judged: Load | undefined;
  #rate = 0;
  #rateSince = performance.now();
  #rateRows = 0;

  constructor(execution: Execution, { step }: { step: string }) {
    this.#execution = execution;
    this.#observer = new LoadObserver(execution.session.connection, execution.settings.backfill);
    this.#step = step;
    this.#duty = execution.settings.backfill.dutyCycle;
  }

  /** How long the next batch should take. */
  get batchMs(): number {
    return this.#execution.settings.backfill.batchMs * this.#share;
  }

  /** Rows looked at in a second, pauses included. */
  get rowsPerSecond(): number {
    return Math.round(this.#rate);
  }

  /** Whether nobody else uses the database, so that there is nobody to make way for. */
  get isAlone(): boolean {
    return !this.#observer.last.othersAtWork;
  }

  /** Takes a session for one of ours, that is not to be made way for. */
  async knowOwn(client: Client): Promise<void> {
    const { rows } = await client.query<{ pid: number }>("select pg_catalog.pg_backend_pid() as pid");
    this.#workers.push(rows[0]?.pid ?? 0);
  }

  /** Looks who is there before the first batch. */
  async begin(client: Client): Promise<void> {
    await this.knowOwn(client);
    await this.#observer.firstLook(this.#workers);
  }

  batchBegins(): void {
    this.#observer.look(this.#workers);
  }

  /** Pauses as long as it should after a batch. Throws `Failure` "replication-lag" when a standby stays behind. */
  async batchEnded({
    elapsedMs,
    rows,
    state,
  }: {
    elapsedMs: number;
    rows: number;
    state: ChangeState;
  }): Promise<void> {
    const { signal } = this.#execution;
    const load = this.#observer.last;
    this.#giveWay(load.waitingForUs > 0);
    if (load.othersAtWork) {
      this.#setDuty(load);
      await pause((elapsedMs * (1 - this.#duty)) / this.#duty, signal);
    }
    await this.#waitForStandbys(state);
    this.#count(rows);
  }

  async close(): Promise<void> {
    await this.#observer.close();
  }

  #giveWay(othersWait: boolean): void {
    if (!othersWait) {
      this.#share = Math.min(1, this.#share * 1.05);
      return;
    }
    if (this.#share === 1) {
      this.#execution.emit({ type: "backfill-throttled", step: this.#step, reason: "others-wait" });
    }
    this.#share = Math.max(leastShare, this.#share / 2);
  }

  /** Once for every look: half the time for batches while the server answers slowly, then slowly more again. */
  #setDuty(load: Load): void {
    if (load === this.#judged) return;
    this.#judged = load;
    const { dutyCycle } = this.#execution.settings.backfill;
    const slow = (load.slowdown ?? 1) > slowStatements;
    if (load.answerMs <= slowAnswerMs && !slow) {
      this.#duty = Math.min(dutyCycle, this.#duty * 1.1);
      return;
    }
    if (this.#duty === dutyCycle) {
      const reason = slow ? "slow-statements" : "slow-answers";
      this.#execution.emit({ type: "backfill-throttled", step: this.#step, reason });
    }
    this.#duty = Math.max(Math.min(leastDuty, dutyCycle), this.#duty / 2);
  }

  async #waitForStandbys(state: ChangeState): Promise<void> {
    const { settings, signal, emit } = this.#execution;
    const { replicationLagBytes, replicationWaitMs } = settings.backfill;
    const since = performance.now();
    let told = false;
    while (this.#observer.last.replicationLagBytes > replicationLagBytes) {
      if (signal?.aborted === true) throw interrupted(meaningOf(state));
      if (performance.now() - since > replicationWaitMs)
        throw lagging(this.#observer.last.replicationLagBytes, state);
      if (!told) emit({ type: "backfill-throttled", step: this.#step, reason: "replication-lag" });
      told = true;
      this.#observer.look(this.#workers);
      await pause(100, signal);
      this.#count(0);
    }
  }

  /** Counts over stretches of a second, the newest weighing as much as all before it. */
  #count(rows: number): void {
    this.#rateRows += rows;
    const elapsedMs = performance.now() - this.#rateSince;
    if (elapsedMs < 1_000 && this.#rate > 0) return;
    const now = (this.#rateRows / Math.max(elapsedMs, 1)) * 1_000;
    this.#rate = this.#rate === 0 ? now : (this.#rate + now) / 2;
    if (elapsedMs < 1_000) return;
    this.#rateSince = performance.now();
    this.#rateRows = 0;
  }
}

function lagging(bytes: number, state: ChangeState): Failure {
  return new Failure({
    code: "replication-lag",
    message: `A standby is ${Math.round(bytes / 1024 / 1024).toLocaleString("en")} MB behind and does not catch up.`,
    why: "The backfill waits for standbys, so that what fails over to them has lost little.",
    state: meaningOf(state),
    next: "See to the standby, then run `interlock resume`, or `interlock rollback` to take the change back. One that is behind on purpose is not waited for with --ignore-standby and its application_name.",
  });
}
