import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { Failure, type FailureFacts } from "../std/failure.ts";
import type { Address, ServerOptions } from "./server.ts";

/** What a keeper is told when it is started. */
export interface KeeperOrder extends ServerOptions {
  /** How long the server stays up without a lease. */
  idleMs: number;
  /** Whether the folder goes when the server does. */
  throwaway: boolean;
}

/** The one line that a keeper says on its standard output, and at the start of every lease. */
export type KeeperReply = { address: Address } | { failure: FailureFacts };

/** A server in use. It stays up at least until `release` is called or this process ends, in whatever way. */
export interface Lease {
  address: Address;
  release(): void;
}

/** Says which process keeps the server of a folder. */
export function keeperFile(directory: string): string {
  return join(directory, "keeper.json");
}

/** Where leases on the server of a folder are taken. */
export function leaseSocket(directory: string): string {
  return join(directory, "lease");
}

/** Starts a keeper with its server and takes the first lease. Throws the keeper's `Failure`. */
export async function startKeeper(order: KeeperOrder): Promise<Lease> {
  await mkdir(order.directory, { recursive: true, mode: 0o711 });
  await writeFile(keeperFile(order.directory), JSON.stringify({ pid: process.pid }));
  const program = join(import.meta.dirname, `keeper${extname(import.meta.filename)}`);
  const child = spawn(process.execPath, [program, JSON.stringify(order)], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
  });
  child.unref();
  let said: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    said = line;
    break;
  }
  child.stdout.destroy();
  if (said === undefined) {
    throw new Failure({
      code: "postgres-did-not-start",
      message: "The process that keeps the PostgreSQL server ended before the server was up.",
      state: "Nothing is left running.",
      next: "Try again; if it happens again, see that there is memory and room on the disk.",
    });
  }
  const reply = JSON.parse(said) as KeeperReply;
  if ("failure" in reply) throw new Failure(reply.failure);
  const lease = await takeLease(order.directory);
  if (lease === undefined) throw new Error("a keeper that has answered takes leases");
  return lease;
}

/** Whether the keeper of a folder has its server up. It stays up no longer for being asked. */
export async function takesLeases(directory: string): Promise<boolean> {
  const socket = connect(leaseSocket(directory));
  const reply = await firstLine(socket);
  socket.destroy();
  return reply !== undefined;
}

/** Takes a lease on the server of a folder; undefined when none is running there. */
export async function takeLease(directory: string): Promise<Lease | undefined> {
  const socket = connect(leaseSocket(directory));
  socket.write("lease\n");
  const reply = await firstLine(socket);
  if (reply === undefined) {
    socket.destroy();
    return undefined;
  }
  const said = JSON.parse(reply) as KeeperReply;
  if ("failure" in said) return undefined;
  // The lease alone does not keep this process alive.
  socket.unref();
  socket.on("error", () => undefined);
  return { address: said.address, release: () => socket.destroy() };
}

async function firstLine(socket: Socket): Promise<string | undefined> {
  let text = "";
  socket.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    if (text.includes("\n")) socket.emit("line");
  });
  try {
    const abort = new AbortController();
    socket.once("close", () => abort.abort());
    await once(socket, "line", { signal: abort.signal });
    return text.slice(0, text.indexOf("\n"));
  } catch {
    // Nobody listens there, or whoever did has just gone: either way there is no server to lease.
    return undefined;
  }
}
