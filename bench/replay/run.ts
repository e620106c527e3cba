import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { keepResult } from "../../e2e/keep-result.ts";

// `npm run bench -- replay`: 17 December 2024 on the payment platform as `npx interlock replay` runs it, with its own
// traffic: without Interlock in the way (how soon each thing was known and told, what failed), then through the gate
// (what failed, and how long from merge to contract). REPLAY_ARGUMENTS replaces the flags.

const main = join(import.meta.dirname, "../../packages/payments/src/start/main.ts");
const given = process.env["REPLAY_ARGUMENTS"]?.split(" ") ?? [];

export async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "interlock-replay-"));
  const file = join(directory, "figures.json");
  const loadBefore = loadavg()[0] ?? 0;
  try {
    const child = spawn(process.execPath, [main, "--replay", "--once", "--figures", file, ...given], {
      stdio: "inherit",
    });
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`The replay did not go as it should: it ended with ${String(code)}.`);
    const figures = JSON.parse(await readFile(file, "utf8")) as object;
    await keepResult("replay", {
      settings: { arguments: given },
      loadBefore: Math.round(loadBefore * 10) / 10,
      ...figures,
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
