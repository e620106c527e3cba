import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProcess, type RunningProcess } from "../../packages/payments/src/platform/supervisor.ts";
import type { Access } from "../../packages/payments/src/seed/access.ts";
import { openServer } from "../../packages/interlock/src/shadow/open-server.ts";

/** A whole platform to be measured, with a durable PostgreSQL on disk, as `npm start` has it. */
export interface MeasuredPlatform {
  access: Access;
  databaseUrl: string;
  apiUrl: string;
  /** What to ask the processor time of. */
  pids: Readonly<Record<"api" | "worker" | "acquirer" | "postgres", number>>;
  close(): Promise<void>;
}

const settings = { shared_buffers: "256MB", max_wal_size: "2GB", checkpoint_timeout: "15min", jit: "off" };

export async function openPlatform(options: {
  payments: number;
  acquirerLatencyMs: number;
  version: string;
}): Promise<MeasuredPlatform> {
  const directory = await mkdtemp(join(tmpdir(), "payments-bench-"));
  // PostgreSQL runs as a user of its own where we are root.
  await chmod(directory, 0o755);
  const data = join(directory, "postgres");
  const lease = await openServer({ directory: data, settings });
  const { host, port, user, password = "" } = lease.address;
  const databaseUrl = `postgres://${user}:${encodeURIComponent(password)}@${host}:${String(port)}/postgres`;
  const journal = join(directory, "journal.sqlite");
  const running: RunningProcess[] = [];
  const start = async (...[process]: Parameters<typeof startProcess>): Promise<RunningProcess> => {
    const started = await startProcess({ databaseUrl, ...process });
    running.push(started);
    return started;
  };
  const close = async (): Promise<void> => {
    for (const process of running.toReversed()) await process.stop();
    lease.release();
    await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  };
  try {
    const seed = await startProcess({
      name: "seed",
      databaseUrl,
      flags: { payments: options.payments, journal },
      readyTimeoutMs: 300_000,
    });
    await seed.exited;
    const latency = { "latency-ms": options.acquirerLatencyMs };
    const acquirer = await start({ name: "acquirer", flags: { journal, ...latency } });
    const flags = { version: options.version, acquirer: acquirer.url };
    const api = await start({ name: "api", flags });
    const worker = await start({ name: "worker", flags: { ...flags, "public-url": api.url } });
    const [postgres = "0"] = (await readFile(await pidFile(data), "utf8")).split("\n");
    return {
      access: seed.ready["access"] as Access,
      databaseUrl,
      apiUrl: api.url,
      pids: { api: api.pid, worker: worker.pid, acquirer: acquirer.pid, postgres: Number(postgres) },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function pidFile(data: string): Promise<string> {
  const { readdir } = await import("node:fs/promises");
  const found = (await readdir(data, { recursive: true })).find((name) => name.endsWith("postmaster.pid"));
  if (found === undefined) throw new Error("a running PostgreSQL has a pid file");
  return join(data, found);
}
