import { createHash } from "node:crypto";
import type { Client } from "pg";
import { canonicalJson } from "../std/canonical-json.ts";
import { findExecutor } from "../ship/executor-lock.ts";
import type { ChangeState } from "../ship/journal-record.ts";

/** A change as a target's journal has it. */
export interface JournalChange {
  planId: string;
  /** SHA-256 of its migration files, in order. */
  files: string[];
  /** SHA-256 of what its plan does: plans of the same files may differ. */
  phases: string;
  state: ChangeState;
  hasFailed: boolean;
}

/** What a target's journal says. */
export interface JournalView {
  /** Newest first. */
  changes: JournalChange[];
  /** Whether an executor is at work. */
  isAtWork: boolean;
}

/** What a plan does, as a text that is the same for plans that do the same. */
export function digestOfPhases(phases: unknown): string {
  return createHash("sha256").update(canonicalJson(phases)).digest("hex");
}

/** How many ended changes of a journal are looked at; older ones say nothing about now that the structure does not. */
const mostChanges = 100;

type Known = Pick<JournalChange, "planId" | "files" | "phases">;

/** Reads a journal again and again; plans, which never change once they are written, only once. */
export class JournalReader {
  readonly #known = new Map<string, Known>();

  /** Undefined where the database has no journal. Throws PostgreSQL's error where the role may not read it. */
  async read(client: Client): Promise<JournalView | undefined> {
    const found = await client.query<{ found: boolean }>(
      "select pg_catalog.to_regclass('interlock.changes') is not null as found",
    );
    if (found.rows[0]?.found !== true) return undefined;
    const { rows } = await client.query<{
      number: string;
      plan_id: string;
      state: ChangeState;
      has_failed: boolean;
      key: string;
    }>(
      `select number, plan_id, state, failure is not null as has_failed, number || ' ' || started_at::text as key
         from interlock.changes
        where state not in ('done', 'rolled-back')
           or number in (select number from interlock.changes order by number desc limit $1::integer)
        order by number desc`,
      [mostChanges],
    );
    await this.#learn(client, rows);
    const executor = await findExecutor(client);
    const changes = rows.map(({ key, state, has_failed: hasFailed }) => {
      const known = this.#known.get(key);
      if (known === undefined) throw new Error("a change that was listed was read");
      return { ...known, state, hasFailed };
    });
    return { changes, isAtWork: executor !== undefined };
  }

  async #learn(client: Client, rows: readonly { number: string; key: string }[]): Promise<void> {
    const missing = rows.filter(({ key }) => !this.#known.has(key));
    if (missing.length === 0) return;
    const { rows: plans } = await client.query<{
      number: string;
      plan_id: string;
      plan: { phases?: unknown; files?: { sha256: string }[] };
    }>("select number, plan_id, plan from interlock.changes where number = any($1::bigint[])", [
      missing.map(({ number }) => number),
    ]);
    const byNumber = new Map(plans.map((plan) => [plan.number, plan]));
    for (const { number, key } of missing) {
      const read = byNumber.get(number);
      if (read === undefined) continue;
      const files = (read.plan.files ?? []).map(({ sha256 }) => sha256);
      this.#known.set(key, { planId: read.plan_id, files, phases: digestOfPhases(read.plan.phases) });
    }
  }
}
