import { text } from "node:stream/consumers";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { HarmedPlatform } from "./harmed-platform.ts";

const program = fileURLToPath(new URL("../../packages/payments/src/reconciliation/main.ts", import.meta.url));

/** Our books against the acquirer's own journal, with the command that the platform has for it: each difference. */
export async function reconcile(platform: HarmedPlatform): Promise<string[]> {
  const child = spawn(process.execPath, [program, "--acquirer", platform.acquirerUrl], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, DATABASE_URL: platform.databaseUrl },
  });
  const [out, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return code === 0 ? [] : [`reconciliation ended with ${String(code)}: ${out}${errors}`];
}
