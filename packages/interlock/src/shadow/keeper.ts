// A process of its own that owns one PostgreSQL server and outlives nobody who needs it: it stops the server
// when the last lease is gone, and a lease is a socket, which the system closes however its holder ends.
import { once } from "node:events";
import { rm, statfs, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { getPriority, setPriority } from "node:os";
import { join } from "node:path";
import { factsOf } from "../std/failure.ts";
import { Client } from "pg";
import { dropAbandoned } from "./abandoned.ts";
import { keeperFile, leaseSocket, type KeeperOrder, type KeeperReply } from "./lease.ts";
import { startServer, type Server } from "./server.ts";

/** A throwaway server that leaves less room than this is ended: what it rehearses must not fill the machine. */
const leastRoomBytes = 512 * 1024 ** 2;

/** A caller that was killed: its sessions notice within this time, and let go of their locks. */
const tidyAfterMs = 300;

/** How long the one who asked for the server has to take its lease. */
const firstLeaseMs = 10_000;

const order = JSON.parse(process.argv[2] ?? "null") as KeeperOrder;
const leases = new Set<Socket>();
let server: Server | undefined;
let timer: NodeJS.Timeout | undefined;
let idleUntil = 0;
let ending: Promise<void> | undefined;

process.chdir("/");
// A rehearsal gives way to whatever else the machine does: it may be the one that serves payments.
if (order.throwaway) setPriority(Math.max(getPriority(), 10));
process.on("SIGTERM", () => void end());
process.on("SIGINT", () => void end());
process.on("SIGHUP", () => undefined);

try {
  await writeFile(keeperFile(order.directory), JSON.stringify({ pid: process.pid }));
  server = await startServer(order);
  server.process.once("exit", () => void end());
  const { address } = server;
  const door = createServer((socket) => {
    // Whoever only looks whether it is up takes none, and makes the server stay no longer.
    let isTaken = false;
    clearTimeout(timer);
    leases.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", () => (isTaken = true));
    socket.once("close", () => {
      leases.delete(socket);
      if (isTaken && order.throwaway && order.idleMs > 0) setTimeout(() => void tidy(), tidyAfterMs);
      if (isTaken) idleUntil = performance.now() + order.idleMs;
      if (leases.size === 0) waitIdle();
    });
    socket.write(`${JSON.stringify({ address } satisfies KeeperReply)}\n`);
  });
  if (order.throwaway) setInterval(() => void watchRoom(), 1_000);
  await rm(leaseSocket(order.directory), { force: true });
  door.listen(leaseSocket(order.directory));
  await once(door, "listening");
  idleUntil = performance.now() + firstLeaseMs;
  waitIdle();
  reply({ address });
} catch (error) {
  reply({ failure: factsOf(error) });
  await end();
}

/** Ends the server at its time, unless somebody comes before. */
function waitIdle(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void end(), Math.max(0, idleUntil - performance.now()));
}

function reply(answer: KeeperReply): void {
  process.stdout.end(`${JSON.stringify(answer)}\n`);
}

/** Drops what a caller that has gone left behind. */
async function tidy(): Promise<void> {
  if (server === undefined || ending !== undefined) return;
  const admin = new Client({ ...server.address, database: "postgres" });
  admin.on("error", () => undefined);
  try {
    await admin.connect();
    await dropAbandoned(admin);
  } catch {
    // The server is on its way down, or the next caller's end is the next chance.
  }
  await admin.end().catch(() => undefined);
}

async function watchRoom(): Promise<void> {
  const { bavail, bsize } = await statfs(order.directory);
  if (bavail * bsize < leastRoomBytes) await end();
}

async function end(): Promise<void> {
  ending ??= (async () => {
    await rm(leaseSocket(order.directory), { force: true });
    await server?.stop();
    await rm(order.throwaway ? order.directory : join(order.directory, "keeper.json"), {
      recursive: true,
      force: true,
    });
    process.exit(0);
  })();
  return ending;
}
