import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** `interlock serve` on a data directory that outlives it. */
export interface Running {
  process: ChildProcess;
  ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** kill -9; returns when it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const main = join(import.meta.dirname, "../../packages/interlock/src/cli/main.ts");

export async function startServer({
  directory,
  variables,
}: {
  directory: string;
  variables: Record<string, string>;
}): Promise<Running> {
  const child = spawn(process.execPath, [main, "serve", "--data", directory, "--port", "0", "--json"], {
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = once(child, "close");
  let printed = "";
  child.stderr.on("data", (part: Buffer) => (printed = `${printed}${String(part)}`.slice(-20_000)));
  const line = await new Promise<string>((resolve, reject) => {
    let stdout = "";
    child.stdout.on("data", (part: Buffer) => {
      stdout += String(part);
      if (stdout.includes("\n")) resolve(stdout);
    });
    child.once("close", () => reject(new Error(`the server ended:\n${printed}`)));
  });
  const { address } = JSON.parse(line) as { address: string };
  const token = (await readFile(join(directory, "admin-token"), "utf8")).trim();
  return {
    process: child,
    async ask<Answer>(method: string, path: string, body?: unknown) {
      const answer = await fetch(`${address}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const read: unknown = await answer.json();
      if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(read)}`);
      return read as Answer;
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    async stop() {
      child.kill("SIGINT");
      await gone;
    },
  };
}
