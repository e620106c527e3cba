// Gives generated and hostile SQL to checks: `node e2e/attack-check.ts [runs] [seed]`. Exit code 1 when one crashed,
// hung, was called safe and does not apply, or left something behind.
import { openShadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { defaultLimits } from "../packages/interlock/src/rehearsal/sandbox/limits.ts";
import { attackChecks, give } from "./sql-fuzz/attack.ts";
import { largeAttacks } from "./sql-fuzz/large.ts";

const count = Number(process.argv[2] ?? 2_000);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
process.stdout.write(`${String(count)} attacks from seed ${String(seed)}\n`);
const shadow = await openShadow();
try {
  const large = await give(shadow, {
    all: largeAttacks,
    limits: defaultLimits,
    onAnswer: (done, found, answer) => {
      const seconds = (performance.now() / 1_000).toFixed(0);
      process.stdout.write(`${largeAttacks[done - 1]?.kind ?? ""}: ${answer}, at ${seconds} s\n`);
      for (const fault of found) process.stderr.write(`${fault}\n\n`);
    },
  });
  const { faults, answers } = await attackChecks(shadow, {
    count,
    seed,
    onAnswer: (done, found) => {
      for (const fault of found) process.stderr.write(`${fault}\n\n`);
      if (done % 100 === 0) process.stdout.write(`${String(done)} done\n`);
    },
  });
  for (const [answer, times] of [...answers].toSorted(([, fewer], [, more]) => more - fewer)) {
    process.stdout.write(`${String(times).padStart(8)}  ${answer}\n`);
  }
  process.exitCode = faults.length + large.faults.length === 0 ? 0 : 1;
} finally {
  await shadow.close();
}
