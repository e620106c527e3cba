// Kills servers under shipments at as many seeded moments as one likes and compares what is left with shipments under
// which nobody was killed: `node e2e/kill-shipments.ts [kills] [seed]`. Exit code 1 when any differs.
import { isDeepStrictEqual } from "node:util";
import { openShadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { shipKilled, type Moment } from "../packages/interlock/src/shipment/testing/killed-shipment.ts";

const wanted = Number(process.argv[2] ?? 50);
let seed = Number(process.argv[3] ?? 1);
process.stdout.write(`seed ${String(seed)}\n`);

/** mulberry32: the same numbers for the same seed. */
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), seed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const shadow = await openShadow();
const counts = new Map<string, number>();
let killed = 0;
let wrong = 0;
try {
  const reference = {
    forward: await shipKilled(shadow, { direction: "forward", kills: [] }),
    back: await shipKilled(shadow, { direction: "back", kills: [] }),
  };
  for (let turn = 0; killed < wanted && turn < wanted * 3; turn += 1) {
    const direction = random() < 0.6 ? "forward" : "back";
    const kills: Moment[] = Array.from({ length: 3 }, () => Math.floor(random() * 1_500));
    if (direction === "forward") kills.push("in contract");
    else kills.push("in rollback");
    try {
      const { remains, killedAt } = await shipKilled(shadow, { direction, kills });
      killed += killedAt.length;
      for (const where of killedAt) {
        const what = where.replace(/^[^:]*: /, "").replaceAll(/db-\d /g, "");
        counts.set(what, (counts.get(what) ?? 0) + 1);
      }
      if (isDeepStrictEqual(remains, reference[direction].remains)) continue;
      wrong += 1;
      process.stderr.write(
        `turn ${String(turn)}, ${direction}, ${kills.join(", ")}: ${JSON.stringify(remains)}\n`,
      );
    } catch (error) {
      wrong += 1;
      process.stderr.write(
        `turn ${String(turn)}, ${direction}, ${kills.join(", ")}: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
  }
} finally {
  await shadow.close();
}
for (const [what, count] of [...counts].toSorted())
  process.stdout.write(`${String(count).padStart(5)}  ${what}\n`);
process.stdout.write(`${String(killed)} kills, ${String(wrong)} wrong\n`);
process.exitCode = wrong === 0 && killed >= wanted ? 0 : 1;
