import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { LoadFlags, LoadResult } from "./flags.ts";

/** Runs one load process to its end and returns what it measured. Throws when it failed. */
export async function load(
  program: "buyers" | "plain-clients",
  flags: Partial<LoadFlags>,
  environment: Readonly<Record<string, string>>,
): Promise<LoadResult> {
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, `${program}.ts`),
      ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ],
    { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ...environment } },
  );
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
  return JSON.parse(out) as LoadResult;
}
