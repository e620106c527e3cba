// Kills the parts of a payment platform with -9 under traffic and audits the money after each:
// `node e2e/kill-money.ts [kills] [seed] [--keep]`. Exit code 1 when anything is wrong; `--keep` writes what was
// found to bench/results/money.json.
import { parts } from "./money/harmed-platform.ts";
import { keepResult } from "./keep-result.ts";
import { seededRandom } from "../packages/payments/src/acquirer/network/random.ts";
import { runKills } from "./money/run-kills.ts";

const kills = Number(process.argv[2] ?? 50);
const seed = Number(process.argv[3] ?? Math.floor(Date.now() / 1_000) % 100_000);
const random = seededRandom(seed);
process.stdout.write(`seed ${String(seed)}\n`);
const started = performance.now();
const result = await runKills({
  seed,
  kills: Array.from({ length: kills }, () => parts[Math.floor(random() * parts.length)] ?? "api"),
  onKill: (text) => process.stdout.write(`${text}\n`),
});
for (const text of result.wrong) process.stderr.write(`${text}\n`);
const seconds = ((performance.now() - started) / 1_000).toFixed(0);
process.stdout.write(
  `${JSON.stringify(result.kills)} killed in ${seconds} s; ${String(result.payments)} payments, ${String(result.refunds)} refunds, ${String(result.atTerminals)} at terminals; ${String(result.wrong.length)} wrong\n`,
);
if (process.argv.includes("--keep"))
  await keepResult("money", { seed, seconds: Number(seconds), ...result, wrong: result.wrong.length });
process.exitCode = result.wrong.length === 0 ? 0 : 1;
