import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Client } from "pg";
import { Failure, messageOf } from "../std/failure.ts";
import { sleep } from "../std/sleep.ts";
import { embeddedBinaries } from "./binaries.ts";
import { serverUser } from "./directories.ts";
import type { Major } from "./major.ts";
import { copyInitialData } from "./initial-data.ts";
import { initialise } from "./initialise.ts";
import { mostBackendBytes, withMemoryLimit } from "./memory-limit.ts";
import { own, serverEnvironment } from "./server-user.ts";

/** How to reach a PostgreSQL server: what `pg` takes. */
export interface Address {
  host: string;
  port: number;
  user: string;
  password?: string;
}

export interface ServerOptions {
  /** Holds the data (`data/`) and the socket (`socket/`); made where it is missing. */
  directory: string;
  /**
   * `socket`: a unix socket in a folder that only this user can enter, no password, no port.
   * `tcp`: loopback as well, on a free port or on `port`, with a password.
   */
  listen: "socket" | "tcp";
  port?: number;
  /** By default the version that comes with this program. */
  major?: Major;
  /** Keeps its data through a crash of the machine. A throwaway server doesn't, and is faster for it. */
  durable: boolean;
  /** Further settings, as in postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
}

export interface Server {
  address: Address;
  process: ChildProcess;
  /** Ends every session and stops the server. Returns when it has gone. */
  stop(): Promise<void>;
}

/** How long a server may take to start before it is given up. */
export const startTimeoutMs = 60_000;

/**
 * Makes the data folder where it is missing, starts PostgreSQL on it and returns when it takes
 * connections. Throws `Failure` "postgres-did-not-start" with the end of the server's log.
 */
export async function startServer({
  directory,
  listen,
  port,
  durable,
  major,
  settings = {},
}: ServerOptions): Promise<Server> {
  const binaries = await embeddedBinaries(major);
  const data = join(directory, "data");
  const socket = join(directory, "socket");
  await mkdir(directory, { recursive: true });
  if (serverUser !== undefined) await chmod(directory, 0o711);
  await mkdir(socket, { recursive: true, mode: 0o700 });
  await own(socket);
  const password = await serverPassword(directory);
  if (!existsSync(join(data, "PG_VERSION"))) {
    await rm(data, { recursive: true, force: true });
    await mkdir(data, { mode: 0o700 });
    await own(data);
    if (listen === "socket" && !durable) await copyInitialData({ binaries, data });
    else await initialise({ binaries, data, listen, password });
  }
  const chosenPort = listen === "tcp" ? (port ?? (await freePort())) : 5432;
  const all: Record<string, string> = {
    listen_addresses: listen === "tcp" ? "127.0.0.1" : "",
    port: String(chosenPort),
    unix_socket_directories: socket,
    max_connections: "100",
    ...(durable ? {} : throwaway),
    ...settings,
  };
  const [program, ...parameters] = withMemoryLimit(
    [
      binaries.postgres,
      "-D",
      data,
      ...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    durable ? undefined : mostBackendBytes,
  );
  const child = spawn(program, parameters, {
    ...serverUser,
    cwd: data,
    stdio: ["ignore", "ignore", "pipe"],
    env: serverEnvironment(),
    detached: true,
  });
  const log: string[] = [];
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    log.push(text);
    if (log.length > 50) log.shift();
  });
  const address: Address =
    listen === "tcp"
      ? { host: "127.0.0.1", port: chosenPort, user: "postgres", password }
      : { host: socket, port: 5432, user: "postgres" };
  await waitUntilReady({ child, address, log });
  return {
    address,
    process: child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      // Fast shutdown keeps the data whole; a throwaway server's data is not wanted.
      child.kill(durable ? "SIGINT" : "SIGQUIT");
      await gone;
    },
  };
}

/** What makes a server fast whose data nobody wants back. */
const throwaway = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  autovacuum: "off",
  jit: "off",
  max_parallel_workers_per_gather: "0",
  // A session can ask for parallel workers, each with memory of its own, as long as there may be any.
  max_worker_processes: "0",
  shared_buffers: "64MB",
  // Baselines are made in one transaction, which holds about two locks for each table: room for 12,000 tables.
  max_locks_per_transaction: "256",
  temp_file_limit: "1GB",
  // In the data folder, so that it goes with it after a kill -9.
  dynamic_shared_memory_type: "mmap",
  max_wal_size: "1GB",
} as const;

async function waitUntilReady({
  child,
  address,
  log,
}: {
  child: ChildProcess;
  address: Address;
  log: string[];
}): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  let last = "";
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const client = new Client({ ...address, database: "postgres" });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      last = messageOf(error);
      await sleep(15);
    }
  }
  child.kill("SIGQUIT");
  throw new Failure({
    code: "postgres-did-not-start",
    message: "PostgreSQL did not start.",
    why: log.join("").trim().slice(-2_000) || last,
    state: "It was stopped again.",
    next: "The lines above are the server's own.",
  });
}

/** The password of a server, made once and kept beside its data for whoever can read this user's files. */
async function serverPassword(directory: string): Promise<string> {
  const file = join(directory, "password");
  const kept = await readFile(file, "utf8").catch(() => undefined);
  if (kept !== undefined) return kept.trim();
  const password = randomBytes(18).toString("base64url");
  await writeFile(file, password, { mode: 0o600 });
  return password;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}
