import type { Client } from "pg";
import { planTestChange } from "../plan/testing-change.ts";
import type { Plan } from "../plan/plan.ts";
import { quoteQualified } from "../sql/quote.ts";
import { rollbackChange } from "./rollback-change.ts";
import { shipChange } from "./ship-change.ts";
import type { TestingDatabase } from "./testing-database.ts";

/** Whole numbers below a limit from a seed, so that a failing run can be had again. */
export type Choose = (below: number) => number;

/** A change, and two versions that never stop writing while it is shipped. */
export interface TwoVersions {
  before: string;
  migration: string;
  /** Statements for the proof, and one of the version's writes of the row with an id. */
  old: { statements: string[]; write: (id: number, choose: Choose) => string };
  new: { statements: string[]; write: (id: number, choose: Choose) => string };
  /** What either version reads: the same rows as long as both are alive. */
  oldReads: string;
  newReads: string;
}

export function chooserOf(seed: number): Choose {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** For tests only: writes rows of its own until it is told to stop. Every statement must work. */
class Writer {
  written = 0;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  constructor(client: Client, next: () => string) {
    const run = async (): Promise<void> => {
      while (!this.#stop.signal.aborted) {
        await client.query(next());
        this.written += 1;
      }
    };
    this.#ended = run();
    this.#ended.catch(() => undefined);
  }

  async writes(more: number): Promise<void> {
    const until = this.written + more;
    while (this.written < until) {
      await Promise.race([this.#ended, new Promise((resolve) => setTimeout(resolve, 5))]);
      if (this.#stop.signal.aborted) throw new Error("the writer has stopped");
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }
}

/** Rows that both versions had before, and what they read in the end. */
export interface Shipped {
  plan: Plan;
  /** What was read while both versions were alive, after the last write. */
  old: string[];
  new: string[];
  /** What is read after contract or rollback. */
  end: string[];
  /** Rows that offend against the verifications of migrate after the last write. */
  offending: number;
}

/**
 * Ships a change while both versions write, the old one rows with odd ids, the new one rows with even ids; then they
 * write all rows in turns; then the change is finished or taken back.
 */
export async function shipTwoVersions(
  database: TestingDatabase,
  two: TwoVersions,
  { finish, seed }: { finish: "contract" | "rollback"; seed: number },
): Promise<Shipped> {
  const { connection } = database;
  await database.client.query(two.before);
  const { plan } = await planTestChange(database.shadow, {
    before: two.before,
    migration: two.migration,
    old: two.old.statements,
    new: two.new.statements,
  });
  const choose = chooserOf(seed);
  const [old, fresh] = [await database.session("app@1"), await database.session("app@2")];
  const oldWriter = new Writer(old, () => two.old.write(1 + 2 * choose(200), choose));
  await shipChange({ plan, connection, to: "expand" });
  const newWriter = new Writer(fresh, () => two.new.write(2 + 2 * choose(200), choose));
  await Promise.all([oldWriter.writes(30), newWriter.writes(30)]);
  await shipChange({ plan, connection, to: "migrate" });
  await Promise.all([oldWriter.writes(30), newWriter.writes(30)]);
  await oldWriter.stop();
  await newWriter.stop();
  for (let turn = 0; turn < 150; turn += 1) {
    const [client, { write }] = choose(2) === 0 ? ([old, two.old] as const) : ([fresh, two.new] as const);
    await client.query(write(1 + choose(40), choose));
  }
  let offending = 0;
  for (const step of plan.phases.migrate) {
    if (step.kind !== "verify") continue;
    const [row] = await database.rows<{ n: number }>(
      `select count(*)::integer as n from ${quoteQualified(step.relation.schema, step.relation.name)} where (${step.violation})`,
    );
    offending += row?.n ?? 0;
  }
  const read = async (sql: string): Promise<string[]> =>
    (await database.rows<object>(sql)).map((row) => JSON.stringify(row));
  const both = { old: await read(two.oldReads), new: await read(two.newReads) };
  await old.end();
  if (finish === "contract") await shipChange({ plan, connection, to: "contract" });
  else {
    await fresh.end();
    await rollbackChange({ connection, acceptLoss: true });
  }
  return { plan, ...both, offending, end: await read(finish === "contract" ? two.newReads : two.oldReads) };
}
