/** How many standard deviations above its median 99 % of a normal distribution lie below. */
const z99 = 2.326_347_874;

/**
 * How long the network takes, in milliseconds, for a text such as `median=5ms,p99=40ms`: log-normal, as delays
 * of networks are about. With a median only, always that. Throws for anything else.
 */
export function readLatency(text: string, random: () => number): () => number {
  const match = /^median=(\d+(?:\.\d+)?)ms(?:,p99=(\d+(?:\.\d+)?)ms)?$/.exec(text);
  if (match === null) throw new Error(`a latency reads like median=5ms,p99=40ms, not ${text}`);
  const median = Number(match[1]);
  const p99 = match[2] === undefined ? median : Number(match[2]);
  if (median === 0 || p99 === median) return () => median;
  if (p99 < median) throw new Error(`p99 lies below the median in ${text}`);
  const sigma = Math.log(p99 / median) / z99;
  return () => median * Math.exp(sigma * normal(random));
}

/** A number of the standard normal distribution (Box and Muller, 1958). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
