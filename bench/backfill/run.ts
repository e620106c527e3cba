import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../../packages/interlock/src/plan/plan.ts";
import { sleep } from "../../packages/interlock/src/std/sleep.ts";
import { findPgroll, type PgrollProgram } from "../find-pgroll.ts";
import { describeMachine } from "../machine.ts";
import { fillWithInterlock, makePlan } from "./interlock-fill.ts";
import { fillWithPgroll } from "./pgroll-fill.ts";
import { Site, type Copy } from "./site.ts";
import { withWriters, type Latency } from "./with-writers.ts";

// `npm run bench -- backfill [--short]`: rows a second of the backfill of a mandatory column, at sizes from ten
// thousand rows on, beside pgroll's of the same change in the same run, in turn; and what live statements feel.

interface Extent {
  sizes: readonly number[];
  /** How often each size is filled by each; the median counts. */
  rounds: (size: number) => number;
  writersRows: number;
  writersSeconds: number;
}

const whole: Extent = {
  sizes: [10_000, 100_000, 300_000, 1_000_000, 5_000_000],
  rounds: (size) => (size <= 300_000 ? 5 : size <= 1_000_000 ? 2 : 1),
  writersRows: 1_000_000,
  writersSeconds: 15,
};
const short: Extent = {
  sizes: [10_000, 100_000, 300_000],
  rounds: () => 1,
  writersRows: 100_000,
  writersSeconds: 4,
};

const statementsPerSecond = 300;

interface Row {
  rows: number;
  /** Rows a second of the backfill: on one session, and with a second one while nobody else is at work. */
  interlock: number;
  interlockTwoSessions: number;
  pgroll: number | null;
  ratio: number | null;
  /** Of table and indexes together. */
  growth: number;
  pgrollGrowth: number | null;
}

interface Parties {
  site: Site;
  plan: Plan;
  pgroll: PgrollProgram | undefined;
}

async function measureSize(
  parties: Parties,
  { size, rounds }: { size: number; rounds: number },
): Promise<Row> {
  const { site, plan, pgroll } = parties;
  const [own, two, theirs]: [number[], number[], number[]] = [[], [], []];
  let [growth, pgrollGrowth] = [0, 0];
  await site.makeTemplate(size);
  for (let round = 0; round < rounds; round += 1) {
    for (const jobs of [1, 2]) {
      const fill = await site.withCopy(size, (copy) => fillWithInterlock(site, { plan, copy, jobs }));
      refuseWrong("interlock", fill.wrong);
      (jobs === 1 ? own : two).push(fill.ms);
      growth = fill.growth;
    }
    if (pgroll === undefined) continue;
    const fill = await site.withCopy(size, (copy) => fillWithPgroll(site, { pgroll, copy }));
    refuseWrong("pgroll", fill.wrong);
    theirs.push(fill.wholeMs);
    pgrollGrowth = fill.growth;
  }
  await site.dropTemplate(size);
  const rate = (times: readonly number[], restMs = 0): number =>
    Math.round((size / Math.max(1, median(times) - restMs)) * 1_000);
  const pgrollRate = pgroll === undefined ? null : rate(theirs, await emptyMs(parties));
  const ownRate = rate(own);
  return {
    rows: size,
    interlock: ownRate,
    interlockTwoSessions: rate(two),
    pgroll: pgrollRate,
    ratio: pgrollRate === null ? null : Math.round((ownRate / pgrollRate) * 100) / 100,
    growth: Math.round(growth * 100) / 100,
    pgrollGrowth: pgroll === undefined ? null : Math.round(pgrollGrowth * 100) / 100,
  };
}

/** The rate at 5 M rows against that at 100 k: on one session, and as it is by default. */
function flatnessOf(sizes: readonly Row[]): { oneSession: number; twoSessions: number } {
  const [small, large] = [100_000, 5_000_000].map((size) => sizes.find(({ rows }) => rows === size));
  return {
    oneSession: share(large?.interlock, small?.interlock),
    twoSessions: share(large?.interlockTwoSessions, small?.interlockTwoSessions),
  };
}

function share(part = 0, of = 0): number {
  return Math.round((part / of) * 100) / 100;
}

let knownEmptyMs: number | undefined;

/** What pgroll takes for everything but filling: `pgroll start` on a table without rows. */
async function emptyMs({ site, pgroll }: Parties): Promise<number> {
  if (pgroll === undefined) return 0;
  if (knownEmptyMs !== undefined) return knownEmptyMs;
  await site.makeTemplate(0);
  const times: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const fill = await site.withCopy(0, (copy) => fillWithPgroll(site, { pgroll, copy }));
    times.push(fill.wholeMs);
  }
  await site.dropTemplate(0);
  knownEmptyMs = median(times);
  return knownEmptyMs;
}

interface WithWriters {
  rows: number;
  statementsPerSecond: number;
  quiet: Latency;
  interlock: { rowsPerSecond: number; latency: Latency; p99Ratio: number };
  pgroll: { rowsPerSecond: number; latency: Latency; p99Ratio: number } | null;
}

/** What statements that come steadily feel of a backfill. */
async function measureWriters(
  parties: Parties,
  { writersRows, writersSeconds }: Extent,
): Promise<WithWriters> {
  const { site, plan, pgroll } = parties;
  await site.makeTemplate(writersRows);
  const under = <T>(work: (copy: Copy) => Promise<T>) =>
    site.withCopy(writersRows, (copy) =>
      withWriters(site, { database: copy.database, rate: statementsPerSecond, work: () => work(copy) }),
    );
  const quiet = (await under(() => sleep(writersSeconds * 1_000))).latency;
  const own = await under((copy) => fillWithInterlock(site, { plan, copy, jobs: 2 }));
  const theirs =
    pgroll === undefined ? undefined : await under((copy) => fillWithPgroll(site, { pgroll, copy }));
  await site.dropTemplate(writersRows);
  const figures = (ms: number, latency: Latency): WithWriters["interlock"] => ({
    rowsPerSecond: Math.round((writersRows / ms) * 1_000),
    latency: rounded(latency),
    p99Ratio: Math.round((latency.p99 / quiet.p99) * 100) / 100,
  });
  return {
    rows: writersRows,
    statementsPerSecond,
    quiet: rounded(quiet),
    interlock: figures(own.value.ms, own.latency),
    pgroll: theirs === undefined ? null : figures(theirs.value.wholeMs, theirs.latency),
  };
}

function rounded(latency: Latency): Latency {
  const entries = Object.entries(latency).map(([name, value]) => [
    name,
    Math.round(Number(value) * 100) / 100,
  ]);
  return Object.fromEntries(entries) as Latency;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function refuseWrong(who: string, wrong: number): void {
  if (wrong !== 0) throw new Error(`${who} left ${String(wrong)} rows that are not what they should be`);
}

function tell(row: Row): void {
  const beside =
    row.pgroll === null
      ? ""
      : `   pgroll ${row.pgroll.toLocaleString("en")} rows/s, grown to ${String(row.pgrollGrowth)}   ratio ${String(row.ratio)}`;
  process.stdout.write(
    `${row.rows.toLocaleString("en").padStart(9)} rows: ${row.interlock.toLocaleString("en")} rows/s, two sessions ${row.interlockTwoSessions.toLocaleString("en")}, grown to ${String(row.growth)}${beside}\n`,
  );
}

/** Measures, prints, and writes what it measured to bench/results/. */
export async function run(): Promise<void> {
  const isShort = process.argv.includes("--short");
  const what = isShort ? short : whole;
  const pgroll = await findPgroll();
  if (pgroll === undefined) {
    process.stdout.write(
      "pgroll is not here (neither $PGROLL nor on the PATH): go install github.com/xataio/pgroll@latest. It is left out.\n",
    );
  }
  const site = await Site.open(Math.max(...what.sizes) * 1_600);
  try {
    const plan = await makePlan(site.directory);
    const parties = { site, plan, pgroll };
    const sizes: Row[] = [];
    for (const size of what.sizes) {
      const row = await measureSize(parties, { size, rounds: what.rounds(size) });
      tell(row);
      sizes.push(row);
    }
    const flatness = isShort ? null : flatnessOf(sizes);
    const writers = await measureWriters(parties, what);
    process.stdout.write(
      `${flatness === null ? "" : `5 M rows at ${String(flatness.oneSession)} of the rate of 100 k on one session, ${String(flatness.twoSessions)} on two\n`}live statements, p99: quiet ${String(writers.quiet.p99)} ms, × ${String(writers.interlock.p99Ratio)} beside interlock at ${writers.interlock.rowsPerSecond.toLocaleString("en")} rows/s${writers.pgroll === null ? "" : `, × ${String(writers.pgroll.p99Ratio)} beside pgroll at ${writers.pgroll.rowsPerSecond.toLocaleString("en")} rows/s`}\n`,
    );
    const result = {
      date: new Date().toISOString().slice(0, 10),
      machine: describeMachine(),
      postgres: await site.version,
      pgroll: pgroll?.version ?? null,
      change: "add column amount numeric(12,2) not null, computed from the row; three indexes, none on it",
      sizes,
      flatness,
      writers,
    };
    const file = join(import.meta.dirname, "../results/backfill.json");
    if (!isShort) await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
  } finally {
    await site.close();
  }
}
