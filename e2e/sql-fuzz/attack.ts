import { sample } from "fast-check";
import { Client, DatabaseError } from "pg";
import { migrationsOf } from "../../packages/interlock/src/migration/read.ts";
import { check } from "../../packages/interlock/src/rehearsal/check.ts";
import type { CheckReport } from "../../packages/interlock/src/rehearsal/report/check-report.ts";
import { renderText } from "../../packages/interlock/src/rehearsal/report/formats/text/render-text.ts";
import { defaultLimits, type Limits } from "../../packages/interlock/src/rehearsal/sandbox/limits.ts";
import type { Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { parseStatements } from "../../packages/interlock/src/sql/parse.ts";
import { Failure } from "../../packages/interlock/src/std/failure.ts";
import { attacks, soundBaseline, type Attack } from "./generate.ts";

export interface Outcome {
  /** What must not be, with the attack that showed it. */
  faults: string[];
  /** How often each verdict, or failure, was the answer. */
  answers: Map<string, number>;
}

/** Short, so that what runs into them costs little; the whole is over soon. */
const shortLimits: Limits = {
  ...defaultLimits,
  migrationStatementMs: 2_000,
  graceMs: 2_000,
  totalMs: 60_000,
};
/** How long an answer may take beyond the limit of the whole rehearsal. */
const hangsMs = 90_000;

/** Gives `count` attacks from `seed` to checks on one server, and looks after each what is left of it. */
export async function attackChecks(
  shadow: Shadow,
  {
    count,
    seed,
    onAnswer,
  }: {
    count: number;
    seed: number;
    onAnswer?: (done: number, faults: readonly string[], answer: string) => void;
  },
): Promise<Outcome> {
  return give(shadow, { all: sample(attacks, { numRuns: count, seed }), onAnswer });
}

/** Gives attacks to checks on one server, and looks now and then what is left of it. */
export async function give(
  shadow: Shadow,
  {
    all,
    limits = shortLimits,
    onAnswer,
  }: {
    all: readonly Attack[];
    limits?: Limits;
    onAnswer?: ((done: number, faults: readonly string[], answer: string) => void) | undefined;
  },
): Promise<Outcome> {
  const outcome: Outcome = { faults: [], answers: new Map() };
  const { length: count } = all;
  for (const [index, attack] of all.entries()) {
    const { answer, fault } = await one(shadow, attack, limits);
    outcome.answers.set(answer, (outcome.answers.get(answer) ?? 0) + 1);
    const left = index % 20 === 19 || index === count - 1 ? await leftBehind(shadow) : [];
    const faults = [...(fault === undefined ? [] : [fault]), ...left].map(
      (what) => `${what}\n${JSON.stringify(attack, undefined, 1).slice(0, 20_000)}`,
    );
    outcome.faults.push(...faults);
    onAnswer?.(index + 1, faults, answer);
  }
  return outcome;
}

async function one(
  shadow: Shadow,
  { baseline, migration, workload }: Attack,
  limits: Limits,
): Promise<{ answer: string; fault?: string }> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<"hang">((resolve) => {
    timer = setTimeout(() => resolve("hang"), limits.totalMs + hangsMs);
  });
  try {
    const asked = checked(shadow, { baseline, migration, workload, limits });
    const report = await Promise.race([asked, tooLong]);
    if (report === "hang")
      return { answer: "hang", fault: `no answer ${String(hangsMs)} ms after the limit` };
    renderText(report, { colour: false, verbose: true, width: 100 });
    if (report.verdict !== "safe") return { answer: report.verdict };
    const refusal = await refusalOf(shadow, { baseline, migration });
    return { answer: "safe", ...(refusal === undefined ? {} : { fault: `safe, but: ${refusal}` }) };
  } catch (error) {
    if (error instanceof Failure) {
      const why = error.code === "rehearsal-broken-off" ? `: ${(error.why ?? "").slice(0, 100)}` : "";
      return { answer: `${error.code}${why}` };
    }
    return {
      answer: "crash",
      fault: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  } finally {
    clearTimeout(timer);
  }
}

function checked(
  shadow: Shadow,
  { baseline, migration, workload, limits }: Omit<Attack, "kind"> & { limits: Limits },
): Promise<CheckReport> {
  return check({
    migrations: migrationsOf([{ path: "0002_change.sql", text: migration }]),
    baseline: migrationsOf([{ path: "0001_baseline.sql", text: baseline }]),
    old: [workload],
    shadow,
    limits,
  });
}

/** Why an ordinary client can't run the migration on the baseline; undefined where it can, or can't make that. */
async function refusalOf(
  shadow: Shadow,
  { baseline, migration }: Pick<Attack, "baseline" | "migration">,
): Promise<string | undefined> {
  const database = await shadow.createDatabase();
  const user = "interlock_sandbox";
  await shadow.administer(`alter role ${user} reset all`);
  await shadow.administer(`alter database "${database}" owner to ${user}`);
  const client = new Client({ ...shadow.connection(database, { user }), statement_timeout: 10_000 });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await client.query(baseline);
    await client.query("discard all");
    return await runs(client, migration);
  } catch (error) {
    if (error instanceof DatabaseError) return undefined;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
    await shadow.dropDatabase(database);
  }
}

/** As one query, in a transaction, or statement by statement: there is a tool for each. */
async function runs(client: Client, migration: string): Promise<string | undefined> {
  let refusal: string | undefined;
  const alone = parseStatements(migration, "the migration").map(({ sql }) => sql);
  for (const ways of [[migration], ["begin", migration, "commit"], alone]) {
    try {
      for (const sql of ways) await client.query(sql);
      return undefined;
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      refusal = String(error);
      await client.query("rollback");
    }
  }
  return refusal;
}

/** Databases and roles that are still there, and whether a sound change is still judged as it should be. */
async function leftBehind(shadow: Shadow): Promise<string[]> {
  const left = await shadow.query<{ name: string }>(
    `select datname as name from pg_database where datname like 'interlock_shadow_%'
     union all select rolname from pg_roles where rolname like 'interlock_sandbox_%' or rolname = 'evil'`,
  );
  const report = await checked(shadow, {
    baseline: soundBaseline,
    migration: "alter table things add column extra int",
    workload: {
      format: "interlock-workload/1",
      app: "shop",
      version: "1.0.0",
      statements: [{ name: "list", sql: "select id, name from things where id = $1" }],
    },
    limits: shortLimits,
  });
  return [
    ...left.map(({ name }) => `${name} is left on the server`),
    ...(report.verdict === "safe"
      ? []
      : [`a sound change is ${report.verdict}: ${JSON.stringify(report.reasons)}`]),
  ];
}
