import type { Client } from "pg";
import { compareCatalogs, describeCatalog } from "../../packages/interlock/src/catalog/describe.ts";
import { shown, told } from "./answers.ts";
import { compareLogs } from "./compare-logs.ts";
import { compareShape } from "./compare-shape.ts";
import type { RunFacts } from "./open-run.ts";
import type { Answer } from "./run-statement.ts";
import { rowId } from "./shape.ts";
import type { ReadShipped, Row } from "./single-history.ts";
import type { Write } from "./statements.ts";
import { openSession } from "./target.ts";

/** Looks at the database that is shipped, and throws an error that says what differs from a single history. */
export class Judge {
  readonly #facts: RunFacts;
  #observer: Client;

  constructor(facts: RunFacts) {
    this.#facts = facts;
    this.#observer = facts.observer;
  }

  /** After a write, of which `answer` is what its version was told. */
  async judgeAnswer(write: Write, answer: Answer | "made"): Promise<void> {
    const expected = await this.#facts.single.write(write, this.#readShipped);
    if (expected === undefined || answer === "made") return;
    const [got, wanted] = [shown(answer, this.#fills(write)), shown(expected, this.#fills(write))];
    if (got === wanted) return;
    throw new Error(
      `${write.isNew ? "new" : "old"} ${write.statement.sql} with ${JSON.stringify(write.values)} answers ${told(answer)} and not ${told(expected)}`,
    );
  }

  /** Returns when no executor has a session any more. */
  async executorGone(): Promise<void> {
    for (let looks = 0; looks < 10_000; looks += 1) {
      const { rows } = await this.#observed(
        "select pid from pg_stat_activity where datname = current_database() and application_name = 'interlock'",
      );
      if (rows.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error("the killed executor's session stayed");
  }

  async compareBoth(): Promise<void> {
    await this.compare("old", { final: false });
    await this.compare("new", { final: false });
  }

  async compare(version: "old" | "new", { final }: { final: boolean }): Promise<void> {
    const side = this.#facts.single[version];
    if (side.impossible !== undefined) return;
    await this.#observed("select 1");
    const faults = await compareShape(this.#observer, side, { final });
    if (final) faults.push(...(await compareLogs(this.#observer, side, this.#facts)));
    if (faults.length === 0) return;
    throw new Error(`${version} shape${final ? " at the end" : ""}: ${faults.slice(0, 5).join("; ")}`);
  }

  async compareCatalog(version: "old" | "new"): Promise<void> {
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

  async close(): Promise<void> {
    await this.#observer.end().catch(() => undefined);
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
}
