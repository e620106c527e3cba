import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { sleep } from "../std/sleep.ts";

/** For tests only: `interlock serve` and other commands as processes of their own. */
export interface ServeProcess {
  address: string;
  process: ChildProcess;
  stderr(): string;
  /** Asks the server; the answer's body parsed where it is JSON. */
  ask(
    path: string,
    options?: { token?: string; method?: string },
  ): Promise<{ status: number; body: unknown }>;
  /** Ends it with a signal; returns its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface TestingServe {
  /** A data directory that goes after the test. */
  directory(): Promise<string>;
  serve(flags: readonly string[], variables?: Record<string, string>): Promise<ServeProcess>;
}

const main = join(import.meta.dirname, "main.ts");

/** Starts servers, and ends those that are left after each test. */
export function useServe(): TestingServe {
  let running: ServeProcess[] = [];
  let directories: string[] = [];
  afterEach(async () => {
    await Promise.all(running.map((server) => server.end("SIGTERM")));
    for (const directory of directories)
      await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    running = [];
    directories = [];
  });
  return {
    async directory() {
      const directory = await mkdtemp(join(tmpdir(), "interlock-serve-"));
      directories.push(directory);
      // PostgreSQL refuses to run as root and runs as somebody else then, who has to get to its folder.
      await chmod(directory, 0o711);
      return directory;
    },
    async serve(flags, variables = {}) {
      const server = await start(flags, variables);
      running.push(server);
      return server;
    },
  };
}

async function start(flags: readonly string[], variables: Record<string, string>): Promise<ServeProcess> {
  const child = spawnCommand(["serve", "--port", "0", ...flags], variables);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (part: string) => (stdout += part));
  child.stderr?.setEncoding("utf8").on("data", (part: string) => (stderr += part));
  const gone = once(child, "close") as Promise<[number | null]>;
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  while (!stdout.includes("\n") && !ended()) await sleep(20);
  if (ended()) throw new Error(`the server ended: ${stderr}`);
  const address = stdout.trim();
  return {
    address,
    process: child,
    stderr: () => stderr,
    async ask(path, { token, method = "GET" } = {}) {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const answer = await fetch(`${address}${path}`, { headers, method });
      const text = await answer.text();
      const isJson = answer.headers.get("content-type")?.includes("json") === true;
      return { status: answer.status, body: isJson ? (JSON.parse(text) as unknown) : text };
    },
    async end(signal = "SIGINT") {
      child.kill(signal);
      return (await gone)[0];
    },
  };
}

function spawnCommand(words: readonly string[], variables: Record<string, string>): ChildProcess {
  const { INTERLOCK_KEY: _, INTERLOCK_TOKEN: __, INTERLOCK_DATABASE: ___, ...env } = process.env;
  return spawn(process.execPath, [main, ...words], {
    env: { ...env, NO_COLOR: "1", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a command to its end. */
export async function runCommand(
  words: readonly string[],
  variables: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawnCommand(words, variables);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (part: string) => (stdout += part));
  child.stderr?.setEncoding("utf8").on("data", (part: string) => (stderr += part));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}
