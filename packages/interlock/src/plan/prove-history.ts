import type { Client } from "pg";
import { compareCatalogs, describeStructure } from "../catalog/describe.ts";
import { applyMigration } from "../migration/apply.ts";
import type { Migration } from "../migration/migration.ts";
import type { Baseline } from "../rehearsal/baseline.ts";
import { problemBehind } from "../rehearsal/change-failure.ts";
import { copyIn } from "../rehearsal/copy-in-submittable.ts";
import { refusesData } from "../rehearsal/problem.ts";
import type { Rehearsal } from "../rehearsal/rehearsal.ts";
import { messageOf } from "../std/failure.ts";
import type { Assembled } from "./assemble.ts";
import { compareRows, outcome, read, tellNumbers, type Outcome } from "./outcome.ts";
import type { Step, Structure } from "./plan.ts";
import { planStructure } from "./plan-structure.ts";
import { runStep, StepFailed, undoStep } from "./run-step.ts";

/** What a proof found wrong, in one sentence each; nothing where it holds. */
export type Faults = string[];

export interface HistoryOptions {
  baseline: Baseline;
  files: readonly Migration[];
  assembled: Assembled;
  rehearsal: Rehearsal;
  /** Tables, as "schema.name", that only triggers write, in rows whose number is not the change's. */
  unheld: ReadonlySet<string>;
  /** See `numberedColumns`. */
  numbered: ReadonlySet<string>;
  /**
   * Whether what the old version writes may end as if it had been written after the migration: not where the
   * migration itself changes rows, since rows that a plan misses would look just like that.
   */
  mayFollow: boolean;
  /** Columns of tables whose value may be the one of either side of the migration. */
  either: ReadonlyMap<string, readonly string[]>;
}

interface Write {
  /** What its sessions send as `application_name`. */
  app: string;
  name: string;
  sql: string;
  values: readonly (string | null)[];
  /** The rows of a COPY FROM STDIN. */
  copyData: string | undefined;
  /** Of a version that has views of its own. */
  searchPath: string | undefined;
}

/**
 * I2 and I3: what old versions wrote between expand and migrate, and new ones before contract, ends in the same
 * catalog and rows as the same writes around the migration alone, which nobody could run in between.
 */
export async function proveHistory(options: HistoryOptions): Promise<{ faults: Faults; writes: number }> {
  const old = writesOf(options.rehearsal, "old");
  const fresh = writesOf(options.rehearsal, "new");
  try {
    return await compareHistories(options, { old, fresh });
  } catch (error) {
    // A migration that refuses what the old version writes (NOT NULL, a foreign key) has no history with it.
    const problem = error instanceof StepFailed ? undefined : problemBehind(error);
    if (problem === undefined || !refusesData(problem)) throw error;
    return compareHistories(options, { old: [], fresh });
  }
}

async function compareHistories(
  { baseline, files, assembled, unheld, numbered, mayFollow, either }: HistoryOptions,
  { old, fresh }: { old: readonly Write[]; fresh: readonly Write[] },
): Promise<{ faults: Faults; writes: number }> {
  const { expand, migrate, contract } = assembled.phases;
  const refusedAlone = new Set<string>();
  const refusedPlanned = new Map<string, string>();
  const alone = async (client: Client): Promise<void> => {
    const before = await writeAll(client, old);
    for (const file of files) await applyMigration(client, file);
    for (const [name] of [...before, ...(await writeAll(client, fresh))]) refusedAlone.add(name);
  };
  // What the new rules refuse is in no history with them; between the phases it would still be let through.
  const allowed = (): Write[] => fresh.filter(({ name }) => !refusedAlone.has(name));
  const planned = async (client: Client): Promise<void> => {
    for (const step of expand) await runStep(client, step);
    const before = await writeAll(client, old);
    for (const step of migrate) await runStep(client, step);
    for (const [name, why] of [...before, ...(await writeAll(client, allowed()))])
      refusedPlanned.set(name, why);
    for (const step of contract) await runStep(client, step);
  };
  // The old version may as well have written after the migration, where all that it writes fits that.
  const migratedFirst = async (client: Client): Promise<void> => {
    for (const file of files) await applyMigration(client, file);
    const refused = await writeAll(client, old);
    if (refused.some(([name]) => !refusedAlone.has(name))) throw new NoSuchHistory();
    await writeAll(client, allowed());
  };
  const steps = [...expand, ...migrate, ...contract];
  const run = async (work: (client: Client) => Promise<void>): Promise<Outcome> =>
    tellNumbers(await outcome(baseline, work), numbered);
  const left = withoutNumbers(await run(alone), steps);
  const right = await run(planned);
  const differ = (wanted: Outcome, again: Outcome): Faults =>
    compareRows({
      left: withoutColumns(without(wanted, unheld), (table) => either.get(table) ?? []),
      again,
      right,
    });
  let rows = differ(left, left);
  // Clocks and random values differ between two equal runs as well: only a second one tells them from faults.
  if (rows.length > 0) rows = differ(left, await run(alone));
  if (rows.length > 0 && mayFollow) {
    const early = await run(migratedFirst)
      .then((each) => withoutNumbers(each, steps))
      .catch(ifNoSuchHistory);
    if (early !== undefined && differ(early, await run(migratedFirst)).length === 0) rows = [];
  }
  const catalog = compareCatalogs(left.catalog, right.catalog).map(
    ({ object, left: wanted, right: got }) =>
      `${object} is ${got ?? "missing"} instead of ${wanted ?? "absent"}`,
  );
  const refused = [...refusedPlanned].flatMap(([name, why]) =>
    refusedAlone.has(name) ? [] : [`${name} is refused between the phases: ${why}`],
  );
  return { faults: [...refused, ...catalog, ...rows], writes: old.length + fresh.length };
}

/** The old version's writes do not fit the schema after the migration. */
class NoSuchHistory extends Error {}

function ifNoSuchHistory(error: unknown): undefined {
  if (!(error instanceof NoSuchHistory)) throw error;
}

function without(left: Outcome, tables: ReadonlySet<string>): Outcome {
  return { ...left, rows: new Map([...left.rows].filter(([table]) => !tables.has(table))) };
}

/**
 * I4: expand and migrate, taken back, leave the catalog and the rows as they were. Answers the structure on both sides
 * as well, by which a database is known later.
 */
export async function proveUndo({
  baseline,
  assembled,
  unheld,
}: Pick<HistoryOptions, "baseline" | "assembled" | "unheld">): Promise<{
  faults: Faults;
  structure: Structure;
}> {
  const { expand, migrate } = assembled.phases;
  const steps = [...expand, ...migrate];
  let before: Outcome | undefined;
  const refused: Faults = [];
  let structure: Structure = {};
  const after = await outcome(baseline, async (client) => {
    before = await read(client);
    const structureBefore = await describeStructure(client);
    for (const step of steps) await runStep(client, step);
    const ready = await describeStructure(client);
    structure = planStructure(assembled.phases, { before: structureBefore, ready });
    for (const step of steps.toReversed()) {
      await undoStep(client, step).catch((error: unknown) => {
        if (problemBehind(error) === undefined) throw error;
        refused.push(`the step "${step.title}" can't be taken back: ${messageOf(error)}`);
      });
    }
  });
  if (before === undefined) throw new Error("the outcome was not read");
  if (refused.length > 0) return { faults: refused, structure };
  // What a step without an undo leaves behind is said in the plan's losses.
  if (expand.some(({ kind, undo }) => kind === "ddl" && undo === null)) return { faults: [], structure };
  const catalog = compareCatalogs(before.catalog, after.catalog).map(
    ({ object }) => `${object} is not as it was after a rollback`,
  );
  const rows = compareRows({
    left: without(withoutFilled(before, steps), unheld),
    again: before,
    right: after,
    against: "those before, after a rollback",
  });
  return { faults: [...catalog, ...rows], structure };
}

/** Without the columns that the backfills set: in those that stay, a rollback leaves the values, as the losses say. */
function withoutFilled(left: Outcome, steps: readonly Step[]): Outcome {
  const filled = (table: string): string[] =>
    steps.flatMap((step) => {
      const written = step.kind === "copy" ? step.target : "relation" in step ? step.relation : undefined;
      if (written === undefined || `${written.schema}.${written.name}` !== table) return [];
      if (step.kind === "copy") return step.how === "update" ? step.columns.map(({ column }) => column) : [];
      return step.kind === "backfill" ? step.set.map(({ column }) => column) : [];
    });
  return withoutColumns(left, filled);
}

/**
 * Without the numbers that copied rows are given in the target's own order: rows that writers bring meanwhile take
 * theirs in between.
 */
function withoutNumbers(left: Outcome, steps: readonly Step[]): Outcome {
  return withoutColumns(left, (table) => {
    const copied = steps.flatMap((step) =>
      step.kind === "copy" && step.how === "insert" && `${step.target.schema}.${step.target.name}` === table
        ? [step.columns.map(({ column }) => column)]
        : [],
    );
    if (copied.length === 0) return [];
    return (left.numbered.get(table) ?? []).filter((column) => !copied.flat().includes(column));
  });
}

function withoutColumns(left: Outcome, gone: (table: string) => readonly string[]): Outcome {
  const kept = [...left.rows].map(([table, all]): [string, Record<string, string | null>[]] => {
    const out = gone(table);
    return [
      table,
      all.map((row) => Object.fromEntries(Object.entries(row).filter(([column]) => !out.includes(column)))),
    ];
  });
  return { ...left, rows: new Map(kept) };
}

/** The writing statements of one side that the rehearsal found parameters for. */
function writesOf(rehearsal: Rehearsal, role: "old" | "new"): Write[] {
  return rehearsal.workloads
    .filter(({ home }) => (role === "old") === (home === 0))
    .flatMap(({ statements, searchPath }) =>
      statements.flatMap(({ home: { statement, parameters, broken, notExercised } }): Write[] => {
        const [first] = parameters;
        if (first === undefined || broken !== undefined || notExercised !== undefined || !statement.writes)
          return [];
        const { values, copyData } = first;
        return [
          {
            app: statement.app,
            name: `${statement.app}#${statement.name}`,
            sql: statement.sql,
            values,
            copyData,
            searchPath,
          },
        ];
      }),
    );
}

/** Each in a transaction of its own. Answers the ones that were refused, with PostgreSQL's reason. */
async function writeAll(client: Client, writes: readonly Write[]): Promise<[string, string][]> {
  const refused: [string, string][] = [];
  for (const { app, name, sql, values: parameters, copyData: data, searchPath } of writes) {
    await client.query("begin");
    try {
      await client.query("select set_config('application_name', $1::text, true)", [app]);
      if (searchPath !== undefined) await client.query(`set local search_path to ${searchPath}`);
      if (data === undefined) await client.query(sql, [...parameters]);
      else await copyRows(client, { sql, data });
      await client.query("commit");
    } catch (error) {
      await client.query("rollback");
      refused.push([name, `${problemBehind(error)?.sqlstate ?? ""} ${messageOf(error)}`]);
    }
  }
  return refused;
}

async function copyRows(client: Client, copy: { sql: string; data: string }): Promise<void> {
  const problem = await copyIn(client, copy);
  if (problem !== undefined) throw Object.assign(new Error(problem.message), { code: problem.sqlstate });
}
