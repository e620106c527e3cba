import { spawn, type ChildProcess } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** `interlock serve` as a process of its own, on a port and in a folder of its own. */
export interface Served {
  address: string;
  /** The first admin's; empty where another server on the same control database made one. */
  token: string;
  /** Its data: the embedded control database, the key. */
  directory: string;
  process: ChildProcess;
  /** Everything that it has printed so far, on both streams. */
  output(): string;
  /** Ctrl-C, then waits; the folder is removed. */
  stop(): Promise<void>;
}

const main = join(import.meta.dirname, "../packages/interlock/src/cli/main.ts");

/** Starts a server and returns when it takes requests. `flags` are added to the command. */
export async function serve({
  flags = [],
  variables = {},
}: { flags?: string[]; variables?: Record<string, string> } = {}): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), "interlock-serve-"));
  // PostgreSQL refuses to run as root and runs as somebody else then, who has to get to its folder.
  await chmod(directory, 0o711);
  const child = spawn(
    process.execPath,
    [main, "serve", "--data", directory, "--port", "0", "--json", ...flags],
    { env: { ...process.env, ...variables }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let printed = "";
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGINT");
    await ended;
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const ready = await new Promise<string>((resolve, reject) => {
      let stdout = "";
      child.stdout.on("data", (part: Buffer) => {
        printed += String(part);
        stdout += String(part);
        const [line, rest] = stdout.split("\n", 2);
        if (rest !== undefined && line !== undefined) resolve(line);
      });
      child.stderr.on("data", (part: Buffer) => (printed += String(part)));
      child.once("error", reject);
      child.once("close", () => reject(new Error(`the server ended:\n${printed}`)));
    });
    const { address, firstToken } = JSON.parse(ready) as { address: string; firstToken: string | null };
    const token = firstToken === null ? "" : (await readFile(firstToken, "utf8")).trim();
    return { address, token, directory, process: child, output: () => printed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a command of the command line ended with. */
export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `interlock ARGUMENTS` against a server, as a user would: a process, the token in a variable. */
export async function interlock(
  server: Pick<Served, "address" | "token">,
  given: readonly string[],
  { stdin = "" }: { stdin?: string } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...given], {
    env: {
      ...process.env,
      NO_COLOR: "1",
      INTERLOCK_SERVER: server.address,
      INTERLOCK_TOKEN: server.token,
    },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (part: Buffer) => (stdout += String(part)));
  child.stderr.on("data", (part: Buffer) => (stderr += String(part)));
  child.stdin.on("error", () => undefined);
  child.stdin.end(stdin);
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? -1));
  });
  return { code, stdout, stderr };
}
