import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "./home.ts";
import { interlock, interlockBinary, type InterlockAnswer } from "./interlock.ts";

/** The Interlock server beside the platform: a process of its own, with a database of its own. */
export interface InterlockServer {
  /** `http://127.0.0.1:34077`. */
  address: string;
  /** The file that holds the admin's token. */
  tokenFile: string;
  /** Runs an `interlock` command against it, as a pipeline does. */
  ask(...args: string[]): Promise<InterlockAnswer>;
  /** Reads something below /api/v1. */
  read(path: string): Promise<unknown>;
  close(): Promise<void>;
}

/** How long it is given to end by itself. */
const stopMs = 15_000;

/** Starts `interlock serve`, which knows nothing yet, and returns when it takes requests. */
export async function startInterlockServer({
  home,
  signal,
}: {
  home: Home;
  signal: AbortSignal;
}): Promise<InterlockServer> {
  const data = join(home.directory, "interlock");
  // Each start works on a copy of the platform's past, so what the server knew of an earlier copy is void.
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true, mode: 0o700 });
  const child = spawn(process.execPath, [interlockBinary, "serve", "--data", data, "--port", "0", "--json"], {
    // In the environment, not among the arguments, which everybody on the machine can read.
    env: { ...process.env, INTERLOCK_DATABASE: home.controlUrl },
    stdio: ["ignore", "pipe", "pipe"],
    // Ctrl-C reaches the whole group of processes; it is ended after those that ask it.
    detached: true,
  });
  let complaint = "";
  child.stderr
    .setEncoding("utf8")
    .on("data", (text: string) => (complaint = (complaint + text).slice(-4_000)));
  const ended = once(child, "close");
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), stopMs);
    await ended;
    clearTimeout(late);
  };
  const ready = await Promise.race([once(child.stdout.setEncoding("utf8"), "data"), ended]);
  const [line] = ready as [unknown];
  if (typeof line !== "string") {
    throw new Error(`The Interlock server did not start.\n${complaint.trim()}`);
  }
  const { address, firstToken } = JSON.parse(line) as { address: string; firstToken: string };
  const environment = {
    INTERLOCK_SERVER: address,
    INTERLOCK_TOKEN: (await readFile(firstToken, "utf8")).trim(),
    PLATFORM_DATABASE: home.databaseUrl,
  };
  return {
    address,
    tokenFile: firstToken,
    ask: (...args) => interlock(args, { environment, signal }),
    async read(path) {
      const answer = await fetch(`${address}/api/v1${path}`, {
        headers: { authorization: `Bearer ${environment.INTERLOCK_TOKEN}` },
        signal,
      });
      const body: unknown = await answer.json();
      if (answer.ok) return body;
      throw new Error(`The Interlock server answers ${String(answer.status)}: ${JSON.stringify(body)}`);
    },
    close,
  };
}
