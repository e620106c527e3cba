import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { startServer, type Server } from "../../packages/interlock/src/shadow/server.ts";
import { applyMigrations } from "../../packages/payments/src/database/apply-migrations.ts";
import { databaseUrl } from "../../packages/payments/src/database/database-url.ts";
import { newMasterSecret } from "../../packages/payments/src/notifications/secret.ts";
import {
  startProcess,
  type RunningProcess,
  type StartOptions,
} from "../../packages/payments/src/platform/supervisor.ts";
import { addMerchants, issueAccess, type Access } from "../../packages/payments/src/seed/access.ts";

/** What can be killed. */
export const parts = ["api", "worker", "acquirer", "terminals", "postgres"] as const;
export type Part = (typeof parts)[number];

/** A platform whose parts can be killed with -9 and come back where they were: same addresses, same data. */
export interface HarmedPlatform {
  access: Access;
  apiUrl: string;
  terminalsUrl: string;
  acquirerUrl: string;
  databaseUrl: string;
  kill(part: Part): Promise<void>;
  restart(part: Part): Promise<void>;
  /** A session for whoever looks at the database; the caller ends it. */
  connect(): Promise<Client>;
  stop(): Promise<void>;
}

/** The acquirer's network loses and repeats answers all the time, besides whatever is killed. */
const faults = "lost=0.03,twice=0.03";
const database = "money";

export async function startHarmedPlatform(seed: number): Promise<HarmedPlatform> {
  const directory = await mkdtemp(join(tmpdir(), "il-money-"));
  await chmod(directory, 0o711);
  // Durable: what was committed must be there after the crash.
  const start = async (): Promise<Server> =>
    startServer({ directory: join(directory, "postgres"), listen: "socket", durable: true });
  let server = await start();
  const connection = { ...server.address, database };
  const connect = async (): Promise<Client> => {
    const client = new Client(connection);
    // PostgreSQL may be killed under it; the query that meets that says so.
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const running = new Map<Part, RunningProcess>();
  try {
    const access = await prepare(server, connect);
    const url = databaseUrl(connection);
    const launch = launcher({ directory, url, seed });
    running.set("acquirer", await launch.acquirer());
    const acquirerUrl = urlOf(running, "acquirer");
    running.set("api", await launch.api(acquirerUrl));
    const apiUrl = urlOf(running, "api");
    running.set("worker", await launch.worker(acquirerUrl, apiUrl));
    running.set("terminals", await launch.terminals(acquirerUrl));
    const terminalsUrl = urlOf(running, "terminals");
    const again: Record<Exclude<Part, "postgres">, () => Promise<RunningProcess>> = {
      acquirer: async () => launch.acquirer(portOf(acquirerUrl)),
      api: async () => launch.api(acquirerUrl, portOf(apiUrl)),
      worker: async () => launch.worker(acquirerUrl, apiUrl),
      terminals: async () => launch.terminals(acquirerUrl, portOf(terminalsUrl)),
    };
    return {
      access,
      apiUrl,
      terminalsUrl,
      acquirerUrl,
      databaseUrl: url,
      connect,
      async kill(part) {
        if (part !== "postgres") {
          await running.get(part)?.kill();
          running.delete(part);
          return;
        }
        const gone = once(server.process, "exit");
        server.process.kill("SIGKILL");
        await gone;
      },
      async restart(part) {
        if (part === "postgres") server = await start();
        else running.set(part, await again[part]());
      },
      stop: async () => stopAll({ running, server, directory }),
    };
  } catch (error) {
    await stopAll({ running, server, directory });
    throw error;
  }
}

async function prepare(server: Server, connect: () => Promise<Client>): Promise<Access> {
  const admin = new Client({ ...server.address, database: "postgres" });
  await admin.connect();
  await admin.query(`create database ${database}`);
  await admin.end();
  const sql = await connect();
  try {
    await applyMigrations(sql);
    await addMerchants(sql);
    return await issueAccess(sql);
  } finally {
    await sql.end();
  }
}

function launcher({ directory, url, seed }: { directory: string; url: string; seed: number }) {
  const quick = { "recover-after-ms": 1_000, "recover-every-ms": 200, "acquirer-timeout-ms": 1_000 };
  const environment = { NOTIFICATION_SECRET: newMasterSecret() };
  const start = async (options: StartOptions): Promise<RunningProcess> =>
    startProcess({ databaseUrl: url, environment, onDiagnostic: () => undefined, ...options });
  return {
    acquirer: async (port = 0) =>
      start({
        name: "acquirer",
        flags: { journal: join(directory, "journal.sqlite"), "latency-ms": 2, faults, seed, ...at(port) },
      }),
    api: async (acquirer: string, port = 0) =>
      start({
        name: "api",
        flags: { version: "2.2.0", acquirer, "acquirer-timeout-ms": 1_000, ...at(port) },
      }),
    worker: async (acquirer: string, api: string) =>
      start({
        name: "worker",
        flags: {
          version: "2.2.0",
          acquirer,
          "public-url": api,
          "loopback-receivers": "allowed",
          "retry-scale": 0.02,
          "challenge-ms": 4_000,
          "challenges-every-ms": 300,
          ...quick,
        },
      }),
    terminals: async (acquirer: string, port = 0) =>
      start({ name: "terminals", flags: { acquirer, ...quick, ...at(port) } }),
  };
}

/** The flag for a port; 0 takes a free one. */
const at = (port: number): Record<string, number> => (port === 0 ? {} : { port });

async function stopAll(all: {
  running: Map<Part, RunningProcess>;
  server: Server;
  directory: string;
}): Promise<void> {
  await Promise.all([...all.running.values()].map(async (process) => process.stop()));
  await all.server.stop();
  await rm(all.directory, { recursive: true, force: true });
}

function urlOf(running: ReadonlyMap<Part, RunningProcess>, part: Part): string {
  const process = running.get(part);
  if (process === undefined) throw new Error(`${part} is not running`);
  return process.url;
}

const portOf = (url: string): number => Number(new URL(url).port);
