import { Histogram } from "../shop/histogram.ts";
import type { ChannelFigures } from "../shop/tally.ts";
import type { ShopSecond } from "./platform.ts";

/** What the traffic is measured under. Seconds of `settling` and `otherwise` count for sums but for no comparison. */
export type Period = "settling" | "quiet" | "rehearsal" | "change" | "otherwise";

export interface PeriodFigures {
  seconds: number;
  made: number;
  failed: number;
  p50Ms: number | null;
  p99Ms: number | null;
  maxMs: number;
}

type Channel = "ecommerce" | "pos" | "errands";

/** Sorts the shop's seconds by what was going on while they passed. */
export class Figures {
  period: Period = "settling";
  readonly #seconds: { period: Period; second: ShopSecond }[] = [];

  add(second: ShopSecond): void {
    this.#seconds.push({ period: this.period, second });
  }

  get latest(): ShopSecond | undefined {
    return this.#seconds.at(-1)?.second;
  }

  /** Every second so far. */
  all(): ShopSecond[] {
    return this.#seconds.map(({ second }) => second);
  }

  of(channel: Channel, period?: Period): PeriodFigures {
    const chosen = this.#seconds.filter((entry) => period === undefined || entry.period === period);
    const latency = new Histogram();
    const sum = { made: 0, failed: 0, maxMs: 0 };
    for (const { second } of chosen) {
      const figures: ChannelFigures = second[channel];
      latency.merge(figures.latency);
      sum.made += figures.made;
      sum.failed += figures.failed;
      sum.maxMs = Math.max(sum.maxMs, figures.maxMs);
    }
    return {
      seconds: chosen.length,
      ...sum,
      p50Ms: latency.percentileMs(0.5),
      p99Ms: latency.percentileMs(0.99),
    };
  }

  /** The seconds from the first with a failed payment to the last, both counted; 0 when none failed. */
  secondsFailing(channel: Channel): number {
    const failing = this.#seconds.filter(({ second }) => second[channel].failed > 0);
    const [first, last] = [failing.at(0), failing.at(-1)];
    return first === undefined || last === undefined ? 0 : last.second.second - first.second.second + 1;
  }
}
