// Sends generated requests to a server's whole API: `node e2e/attack-api.ts [requests] [seed]`. Exit code 1 when one
// was answered as it must not be, or a secret came out.
import { attack } from "./api/attack.ts";
import { makeThings } from "./api/known.ts";
import { secretsLeftBehind } from "./api/left-behind.ts";
import { plant } from "./api/planted.ts";

const count = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
process.stdout.write(`${String(count)} requests from seed ${String(seed)}\n`);
const planted = await plant({ flags: ["--read-limit", "10000000", "--mutation-limit", "10000000"] });
try {
  const known = await makeThings(planted);
  const { faults, statuses, neverSucceeded, madeSecrets } = await attack(planted, { count, seed, known });
  const left = await secretsLeftBehind(planted.control, {
    secrets: [...planted.secrets, ...madeSecrets],
    output: planted.server.output(),
  });
  for (const fault of [...faults, ...left]) process.stderr.write(`${fault}\n\n`);
  for (const [status, times] of [...statuses].toSorted(([lower], [higher]) => lower - higher)) {
    process.stdout.write(`${String(times).padStart(8)}  ${String(status)}\n`);
  }
  if (neverSucceeded.length > 0) process.stdout.write(`Never a success: ${neverSucceeded.join(", ")}\n`);
  process.exitCode = faults.length + left.length === 0 ? 0 : 1;
} finally {
  await planted.stop();
}
