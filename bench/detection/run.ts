import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { loadavg } from "node:os";
import type { Client } from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import { keepResult } from "../../e2e/keep-result.ts";
import { interlock } from "../../e2e/serve.ts";
import { openShop, type Shop } from "../../e2e/shop.ts";
import { spreadOf, type Spread } from "./spread.ts";

// `npm run bench -- detection`: how soon trouble is noticed, and how soon clients read of it: a real server with its
// control database and a target on one embedded PostgreSQL. Two kinds of trouble in turn: the structural half of a
// change alone, put in with psql while payments@2.2.0 is live (nobody's request fails before the alarm), and a service
// that answers 500 from one moment on, which a probe asks once a second. Every moment is the control database's own
// clock. DETECTION_RUNS makes it shorter.

const runs = Number(process.env["DETECTION_RUNS"] ?? 20);

interface StructureRun {
  alarmMs: number;
  incidentMs: number;
  unitMs: number;
  updateMs: number;
  culpritMs: number;
}

interface OutageRun {
  confirmedMs: number;
  incidentMs: number;
  unitMs: number;
  updateMs: number;
}

/** Measures, prints what came out, and writes it to bench/results/. */
export async function run(): Promise<void> {
  const service = await startService();
  const shop = await openShop();
  try {
    await furnish(shop, service.url);
    const session = await shop.connect("payments@2.2.0");
    const psql = await shop.connect("psql");
    // A version that has only just connected is not looked at yet, and the watch has only just been let in.
    await sleep(3_000);
    const structure: StructureRun[] = [];
    const outage: OutageRun[] = [];
    for (let number = 0; number < runs; number += 1) {
      structure.push(await breakStructure(shop, psql));
      outage.push(await breakService(shop, service));
    }
    await psql.end();
    await session.end();
    await tell({ structure, outage });
  } finally {
    await shop.stop();
    await service.stop();
  }
}

async function tell({
  structure,
  outage,
}: {
  structure: StructureRun[];
  outage: OutageRun[];
}): Promise<void> {
  const result = { structure: spreads(structure), outage: spreads(outage) };
  for (const [name, figures] of Object.entries(result)) {
    for (const [figure, { median, most }] of Object.entries(figures)) {
      process.stdout.write(
        `${name.padEnd(10)} ${figure.padEnd(12)} median ${median.toFixed(0).padStart(6)} ms, most ${most.toFixed(0).padStart(6)} ms\n`,
      );
    }
  }
  const [loadAverage = 0] = loadavg();
  // Other work on the same machine shows in these figures; this tells how much there was.
  await keepResult("detection", {
    runs,
    loadAverage: Math.round(loadAverage * 10) / 10,
    settings: { probeEveryMs: 1_000, failsAfter: 3 },
    ...result,
  });
}

function spreads<Run extends object>(all: readonly Run[]): Record<string, Spread> {
  const [first] = all;
  const names = Object.keys(first ?? {}) as (keyof Run & string)[];
  return Object.fromEntries(names.map((name) => [name, spreadOf(all.map((one) => Number(one[name])))]));
}

/** A service that works until it is told not to. */
async function startService(): Promise<{
  url: string;
  set: (works: boolean) => void;
  stop: () => Promise<void>;
}> {
  let works = true;
  const server: Server = createServer((_, response) => {
    response.writeHead(works ? 200 : 500);
    response.end(works ? "ok" : "out of order");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/health`,
    set: (value) => (works = value),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function furnish(shop: Shop, url: string): Promise<void> {
  const must = async (...words: string[]): Promise<void> => {
    const { code, stdout, stderr } = await interlock(shop.server, words);
    if (code !== 0) throw new Error(`${words.join(" ")}: ${stdout}${stderr}`);
  };
  const [target] = shop.targets;
  await must("watch", "enable", "--database", target?.url ?? "");
  await must(
    "statuspage",
    "set",
    "--env",
    "production",
    "--name",
    "fr=État",
    "--name",
    "en=Status",
    "--name",
    "it=Stato",
    "--url",
    "https://status.example.com",
    "--responsibility",
    "Example",
  );
  const declares = "P1,major_outage,publish,recover-after=1s";
  for (const [key, scope] of [
    ["payment-api", "app=payments"],
    ["shop", "app=shop"],
  ] as const) {
    await must(
      "component",
      "add",
      key,
      "--env",
      "production",
      "--name",
      `fr=${key}`,
      "--name",
      `en=${key}`,
      "--name",
      `it=${key}`,
      "--scope",
      scope,
      "--declares",
      declares,
    );
  }
  await must(
    "probe",
    "set",
    "shop",
    "--env",
    "production",
    "--component",
    "shop",
    "--http",
    url,
    "--every",
    "1s",
  );
  await until(shop.control, "select state = 'passing' as is_so from interlock_control.probes");
  // The watch looks now and then whether the database has triggers that tell it of changes.
  const endsAt = performance.now() + longestMs;
  while (!shop.server.output().includes('"how":"event-triggers"') && performance.now() < endsAt) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The structural half alone, and back. */
async function breakStructure(shop: Shop, psql: Client): Promise<StructureRun> {
  const { control } = shop;
  // Before it is sent, so that nothing is left out.
  const startedAt = await clockOf(control);
  await psql.query("alter table payments rename column is_paid to was_paid");
  await until(control, named);
  const [figures] = (
    await control.query<StructureRun>(
      `select extract(epoch from a.raised_at - $1::timestamptz)::float8 * 1000 as "alarmMs", ${incidentFigures},
              extract(epoch from (select min(t.recorded_at) from interlock_control.timeline t
                 where t.incident = i.id and t.kind = 'culprit-named') - $1::timestamptz)::float8 * 1000 as "culpritMs"
         from interlock_control.alarms a, interlock_control.incidents i
        where a.cleared_at is null and i.closed_at is null`,
      [startedAt],
    )
  ).rows;
  await psql.query("alter table payments rename column was_paid to is_paid");
  await end(shop);
  if (figures === undefined) throw new Error("there is an alarm and an incident");
  return figures;
}

/** The service answers 500 from one moment on, and is well again. */
async function breakService(shop: Shop, service: { set: (works: boolean) => void }): Promise<OutageRun> {
  const { control } = shop;
  // At no fixed place between two probes.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000));
  const startedAt = await clockOf(control);
  service.set(false);
  await until(control, published);
  const [figures] = (
    await control.query<OutageRun>(
      `select extract(epoch from e.at - $1::timestamptz)::float8 * 1000 as "confirmedMs", ${incidentFigures}
         from interlock_control.incidents i,
              (select max(at) as at from interlock_control.events where kind = 'probe-failing') e
        where i.closed_at is null`,
      [startedAt],
    )
  ).rows;
  service.set(true);
  await end(shop);
  if (figures === undefined) throw new Error("there is an incident");
  return figures;
}

const incidentFigures = `extract(epoch from i.opened_at - $1::timestamptz)::float8 * 1000 as "incidentMs",
  extract(epoch from i.unit_opened_at - $1::timestamptz)::float8 * 1000 as "unitMs",
  extract(epoch from (select min(u.published_at) from interlock_control.updates u where u.incident = i.id) - $1::timestamptz)::float8 * 1000 as "updateMs"`;

const published = `select exists (select from interlock_control.updates u join interlock_control.incidents i on i.id = u.incident
  where i.closed_at is null and u.state = 'published') as is_so`;

const named = `select exists (select from interlock_control.timeline t join interlock_control.incidents i on i.id = t.incident
  where i.closed_at is null and t.kind = 'culprit-named') as is_so`;

/** Waits for the recovery, resolves, and moves it into the past: otherwise the next one would be taken for a relapse. */
async function end({ control, ask }: Shop): Promise<void> {
  await until(
    control,
    "select coalesce(bool_and(status = 'monitoring'), false) as is_so from interlock_control.incidents where closed_at is null",
  );
  const { rows } = await control.query<{ id: string }>(
    "select id from interlock_control.incidents where closed_at is null",
  );
  for (const { id } of rows) {
    const { status, body } = await ask("POST", `/incidents/${id}/resolve`, {});
    if (status >= 300) throw new Error(JSON.stringify(body));
  }
  await control.query(
    `update interlock_control.incidents set opened_at = opened_at - interval '1 day', closed_at = closed_at - interval '1 day',
            started_at = started_at - interval '1 day', ended_at = ended_at - interval '1 day', recovered_at = recovered_at - interval '1 day'
      where closed_at > clock_timestamp() - interval '1 day'`,
  );
  await control.query("update interlock_control.probes set turns = '{}'");
  await until(control, "select bool_and(state = 'passing') as is_so from interlock_control.probes");
}

async function clockOf(control: Client): Promise<Date> {
  const { rows } = await control.query<{ at: Date }>("select clock_timestamp() as at");
  return rows[0]?.at ?? new Date();
}

/** Trouble that nobody noticed within this time is a failed run. */
const longestMs = 120_000;

async function until(control: Client, sql: string): Promise<void> {
  const endsAt = performance.now() + longestMs;
  while (performance.now() < endsAt) {
    const { rows } = await control.query<{ is_so: boolean }>(sql);
    if (rows[0]?.is_so === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`this never was so: ${sql}`);
}
