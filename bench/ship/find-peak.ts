import type { Site } from "./site.ts";
import { openTraffic, type Rates } from "./traffic.ts";

/** Of 100 who come, how many come to the shop, to terminals, and as merchants with errands. */
const mix: Rates = { shop: 82, terminals: 13, errands: 5 };
const mostInFlight = 48;
const warmUpMs = 5_000;
const measuredMs = 5_000;

/** How much this machine makes in a second when more come than it can serve, in the mix that changes are shipped under. */
export async function findPeak(site: Site, version: string): Promise<number> {
  const place = await site.newPlace(version);
  const rates = ratesOf(1_500);
  try {
    const traffic = await openTraffic({ place, version, rates, log: site.log, rampMs: 0, mostInFlight });
    try {
      await traffic.rest(warmUpMs);
      await traffic.begin("peak");
      await traffic.rest(measuredMs);
      await traffic.begin("end");
      const { made = 0, seconds = 1 } = traffic.phases().at(-1) ?? {};
      return made / seconds;
    } finally {
      await traffic.close();
    }
  } finally {
    await site.dropPlace(place);
  }
}

/** A total in the usual mix, in whole ones a second. */
export function ratesOf(total: number): Rates {
  const share = (percent: number): number => Math.max(1, Math.round((total * percent) / 100));
  return { shop: share(mix.shop), terminals: share(mix.terminals), errands: share(mix.errands) };
}
