import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openShadow, type Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import type { Change } from "../../packages/payments/src/changes/changes.ts";
import { Screen, seconds } from "../../packages/payments/src/start/screen.ts";
import { describeMachine } from "../machine.ts";
import { applyDirectly } from "./apply-directly.ts";
import { References } from "./audit.ts";
import { chosenChanges } from "./chosen-changes.ts";
import { figuresOf, type Figures } from "./figures-of.ts";
import { findPeak, ratesOf } from "./find-peak.ts";
import { measuring, quick } from "./pace.ts";
import { openPgroll, type Pgroll } from "./pgroll.ts";
import { planOf } from "./plan-of.ts";
import { quietOf, render, type Report, type Row } from "./render.ts";
import { shipBothWays } from "./ship-both-ways.ts";
import { shipWithPgroll } from "./ship-with-pgroll.ts";
import { openSite, type Site } from "./site.ts";
import { missedTargets, timesQuiet } from "./targets.ts";
import type { Trial } from "./trial.ts";

// `npm run bench -- ship [CHANGE…]`: the changes of the payment platform under traffic, forward, back, and forward
// again with Interlock; once with `psql -f`; and once with pgroll, where it is found and can say them. CHANGE is a
// number or a name; all twenty by default.
//   --short: three changes, in less than three minutes   --payments N: of the past
//   --rate N: payments and errands in a second (default: half of what the machine makes at most)
//   --only-interlock: nothing to compare with
const shortSample = ["02", "05", "14"];

interface Options {
  asked: readonly string[];
  payments: number;
  rate: number | undefined;
  short: boolean;
  onlyInterlock: boolean;
}

function readOptions(): Options {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    allowPositionals: true,
    options: {
      short: { type: "boolean", default: false },
      payments: { type: "string", default: "30000" },
      rate: { type: "string" },
      "only-interlock": { type: "boolean", default: false },
    },
  });
  return {
    asked: positionals.length === 0 && values.short ? shortSample : positionals,
    payments: positive("payments", values.payments),
    rate: values.rate === undefined ? undefined : positive("rate", values.rate),
    short: values.short,
    onlyInterlock: values["only-interlock"],
  };
}

function positive(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${flag} takes a whole number above 0, not ${text}.`);
}

/** Measures, prints a line for each change, and writes to bench/results/ship.json and ship.md. */
export async function run(): Promise<void> {
  const options = readOptions();
  const chosen = chosenChanges(options.asked);
  const screen = new Screen();
  const started = performance.now();
  const pgroll = options.onlyInterlock ? undefined : await openPgroll();
  if (pgroll === undefined && !options.onlyInterlock)
    screen.line("no pgroll: it is neither in PGROLL nor on the PATH");
  screen.passing("PostgreSQL, and a platform with a past …");
  const shadow = await openShadow();
  const site = await openSite({ payments: options.payments }).catch(async (error: unknown) => {
    await shadow.close();
    throw error;
  });
  try {
    screen.passing("the most that the machine makes …");
    const peakPerSecond = options.rate === undefined ? await findPeak(site, "2.2.0") : 2 * options.rate;
    const ratePerSecond = peakPerSecond / 2;
    screen.line(`${ratePerSecond.toFixed(0)} payments and errands a second, half of the most`);
    const report: Report = {
      date: new Date().toISOString().slice(0, 10),
      machine: describeMachine(),
      versions: { postgres: shadow.version, pgroll: pgroll?.version ?? null },
      settings: { payments: options.payments, peakPerSecond, ratePerSecond, short: options.short },
      tookSeconds: 0,
      rows: [],
    };
    const references = new References(site);
    const rows: Row[] = [];
    for (const change of chosen) {
      const pace = options.short ? quick : measuring;
      const trial = { site, references, change, rates: ratesOf(ratePerSecond), pace };
      rows.push(await tryChange(trial, { shadow, screen, options, pgroll }));
      // What was found so far is kept, however the run ends.
      const tookSeconds = Math.round((performance.now() - started) / 1_000);
      await write({ ...report, tookSeconds, rows });
    }
    screen.line(`${seconds(performance.now() - started)} in all; bench/results/ship.md`);
    const quietMs = quietOf(rows);
    const missed = rows.some(
      ({ interlock }) => interlock !== null && missedTargets(interlock, quietMs).length > 0,
    );
    if (missed) process.exitCode = 1;
  } finally {
    await site.close();
    await shadow.close();
  }
}

async function tryChange(
  trial: Trial,
  {
    shadow,
    screen,
    options,
    pgroll,
  }: { shadow: Shadow; screen: Screen; options: Options; pgroll: Pgroll | undefined },
): Promise<Row> {
  const { change, site } = trial;
  const row: Row = {
    change: change.name,
    refusal: null,
    planMs: null,
    interlock: null,
    psql: null,
    pgroll: null,
  };
  try {
    screen.passing(`${change.name}: structure before and after …`);
    await preparePasts(site, change);
    screen.passing(`${change.name}: plan …`);
    const planned = await planOf(change, shadow);
    if ("refusal" in planned) {
      row.refusal = planned.refusal;
      screen.line(`${change.name.padEnd(34)} not planned: ${planned.refusal.code}`);
    } else {
      row.planMs = planned.tookMs;
      screen.passing(`${change.name}: Interlock, forward, back, forward …`);
      row.interlock = figuresOf(await shipBothWays(trial, planned.plan));
      screen.line(`${change.name.padEnd(34)} Interlock  ${describe(row.interlock)}`);
      for (const fault of row.interlock.faults) screen.line(`    ${fault.slice(0, 300)}`);
    }
    if (options.onlyInterlock) return row;
    screen.passing(`${change.name}: psql -f …`);
    row.psql = figuresOf(await applyDirectly(trial));
    screen.line(`${"".padEnd(34)} psql -f    ${describe(row.psql)}`);
    if (pgroll === undefined) return row;
    const migration = pgroll.migrationOf(change);
    if ("why" in migration) {
      row.pgroll = migration;
      screen.line(`${"".padEnd(34)} pgroll     can't say it: ${migration.why}`);
      return row;
    }
    screen.passing(`${change.name}: pgroll …`);
    row.pgroll = figuresOf(await shipWithPgroll(trial, { pgroll, file: migration.file }));
    screen.line(`${"".padEnd(34)} pgroll     ${describe(row.pgroll)}`);
    return row;
  } catch (error) {
    // A change that goes wrong in a way that nobody foresaw leaves the others to be measured.
    screen.line(`${change.name.padEnd(34)} ${error instanceof Error ? (error.stack ?? "") : String(error)}`);
    return row;
  }
}

/** The structures before and after, so that making them falls into nobody's figures. */
async function preparePasts(site: Site, { from, to }: Change): Promise<void> {
  for (const version of [from, to]) await (await site.connectToPast(version)).end();
}

function describe(figures: Figures): string {
  const times = timesQuiet(figures, figures.quiet.p99Ms);
  return [
    `${String(figures.failedPayments)} of ${String(figures.made + figures.failedPayments)} failed`,
    figures.isWhole ? `${String(figures.lost)} lost` : "given up",
    `longest statement ${figures.longestStatementMs === 0 ? "< 20" : String(figures.longestStatementMs)} ms`,
    `p99 ${String(figures.quiet.p99Ms ?? "–")} → ${String(figures.changing.p99Ms ?? "–")}${figures.both === null ? "" : ` / ${String(figures.both.p99Ms ?? "–")}`} ms${times === null ? "" : ` (× ${String(times)})`}`,
  ].join(", ");
}

async function write(report: Report): Promise<void> {
  const results = join(import.meta.dirname, "../results");
  await writeFile(join(results, "ship.json"), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(join(results, "ship.md"), render(report));
}
