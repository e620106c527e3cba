// npm run test:long -- plans [changes] [seed]: random changes of a table's columns, each planned and proved, or refused.
import * as fc from "fast-check";
import { becomes, changeOf, randomChange } from "../packages/interlock/src/plan/testing-random-change.ts";
import { openShadow } from "../packages/interlock/src/shadow/open-shadow.ts";

const [changes = "500", given] = process.argv.slice(2);
const seed = Number(given ?? Math.floor(Math.random() * 1_000_000));
process.stdout.write(`seed ${String(seed)}\n`);
const shadow = await openShadow();
const seen = new Map<string, number>();
try {
  await fc.assert(
    fc.asyncProperty(randomChange, async (random) => {
      const code = await becomes(shadow, changeOf(random));
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }),
    { numRuns: Number(changes), seed, endOnFailure: true },
  );
} finally {
  await shadow.close();
  for (const [code, count] of seen) process.stdout.write(`${code.padEnd(26)} ${String(count)}\n`);
}
