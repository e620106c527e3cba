import { readFile } from "node:fs/promises";
import { keepResult } from "../../e2e/keep-result.ts";
import { interlock } from "../../e2e/serve.ts";
import { baseline, migration, openShop, type Shop } from "../../e2e/shop.ts";
import { processorTimeMs } from "../payments/processor-time.ts";
import { askSteadily, type Answers } from "./ask-steadily.ts";

// `npm run bench -- gate`: how fast the gate answers 50 questions a second, when the rehearsal is done: a real
// server with its control database and its targets on one embedded PostgreSQL, and one client. The change is that of
// 17 December with 92 statements of two live versions. GATE_SECONDS makes it shorter.

const perSecond = 50;
const seconds = Number(process.env["GATE_SECONDS"] ?? 60);

interface Turn extends Answers {
  databases: number;
  /** Milliseconds of processor time for one decision; null where the system does not say. */
  processorMs: { server: number | null; postgres: number | null };
}

/** Measures with one database and with a fleet of 20, prints it, and writes it to bench/results/. */
export async function run(): Promise<void> {
  const turns: Turn[] = [];
  for (const databases of [1, 20]) {
    const turn = await measure(databases);
    turns.push(turn);
    const { latencyMs, processorMs } = turn;
    process.stdout.write(
      `${String(databases).padStart(3)} databases: p50 ${ms(latencyMs.p50)}, p99 ${ms(latencyMs.p99)}, most ${ms(latencyMs.max)}; processor time ${ms(processorMs.server)} server, ${ms(processorMs.postgres)} PostgreSQL\n`,
    );
  }
  await keepResult("gate", { settings: { perSecond, seconds }, turns });
}

function ms(value: number | null): string {
  return value === null ? "unknown" : `${value.toFixed(1)} ms`;
}

async function measure(databases: number): Promise<Turn> {
  const shop = await openShop({ databases });
  const sessions = [];
  try {
    for (const { url } of shop.targets) {
      for (const name of ["payments@2.2.0", "terminals@1.0.0"]) sessions.push(await shop.connect(name, url));
    }
    const change = await rehearsed(shop);
    const postmaster = await postmasterOf(shop);
    const ask = { server: shop.server, change };
    await askSteadily(ask, { perSecond, seconds: 3 });
    const before = await spent(shop, postmaster);
    const answers = await askSteadily(ask, { perSecond, seconds });
    const after = await spent(shop, postmaster);
    const each = (one: number | null, other: number | null): number | null =>
      one === null || other === null ? null : Math.round(((other - one) / answers.asked) * 100) / 100;
    return {
      databases,
      ...answers,
      processorMs: {
        server: each(before.server, after.server),
        postgres: each(before.postgres, after.postgres),
      },
    };
  } finally {
    for (const session of sessions) await session.end();
    await shop.stop();
  }
}

/** Pushes the change, and waits until its rehearsal is done. */
async function rehearsed(shop: Shop): Promise<string> {
  const asked = ["--migration", migration, "--baseline", baseline, "--app", "payments@2.3.0"];
  const { code, stdout, stderr } = await interlock(shop.server, [
    "gate",
    "--env",
    "production",
    "--wait",
    "5m",
    "--to",
    "expand",
    "--json",
    ...asked,
  ]);
  if (code !== 0) throw new Error(`expand is not let through: ${stdout}${stderr}`);
  const { request } = JSON.parse(stdout) as { request: { change: string } };
  return request.change;
}

async function spent(
  { server }: Shop,
  postmaster: number | null,
): Promise<{ server: number | null; postgres: number | null }> {
  return {
    server: await processorTimeMs(server.process.pid ?? 0),
    postgres: postmaster === null ? null : await processorTimeMs(postmaster),
  };
}

/** The process above a session's; null where there is no /proc. */
async function postmasterOf({ control }: Shop): Promise<number | null> {
  const { rows } = await control.query<{ pid: number }>("select pg_backend_pid() as pid");
  const stat = await readFile(`/proc/${String(rows[0]?.pid)}/stat`, "utf8").catch(() => "");
  const parent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
  return parent === undefined ? null : Number(parent);
}
