// Many Idempotency-Keys, each used by several equal requests at once: `node e2e/storm-keys.ts [keys] [seed] [--keep]`.
// Exit code 1 when a key had another number of effects than one, or more than one answer; `--keep` writes what was
// found to bench/results/idempotency.json.
import { startPlatform } from "../packages/payments/src/testing/platform.ts";
import { runIdempotencyStorm } from "../packages/payments/src/testing/idempotency-storm.ts";
import { keepResult } from "./keep-result.ts";

const keys = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);
const duplicates = 8;
const keysAtOnce = 8;
const started = performance.now();
const platform = await startPlatform({ version: "2.2.0", migrated: false });
try {
  const result = await runIdempotencyStorm(platform, { keys, duplicates, keysAtOnce, seed });
  const seconds = Math.round((performance.now() - started) / 1_000);
  for (const problem of result.problems.slice(0, 50)) process.stderr.write(`${problem}\n`);
  process.stdout.write(
    `${String(keys)} keys × ${String(duplicates)}: ${String(result.requests)} requests in ${String(seconds)} s, ${JSON.stringify(result.statuses)}, ${String(result.problems.length)} problems\n`,
  );
  const found = {
    keys,
    duplicates,
    keysAtOnce,
    seed,
    seconds,
    ...result,
    problems: result.problems.length,
  };
  if (process.argv.includes("--keep")) await keepResult("idempotency", found);
  process.exitCode = result.problems.length === 0 ? 0 : 1;
} finally {
  await platform.stop();
}
