import { sayInterval } from "../say-interval.ts";
import { say, sayNumber } from "../wording/say.ts";
import { bucketsOf, stepFor, type Bucket } from "./buckets.ts";
import type { Outage } from "./outage.ts";
import { isShort, sayClock } from "./say-clock.ts";

/** The picture in a sentence, for whoever does not see it. */
export function describeOutage(outage: Outage): { title: string; description: string } {
  const { source, locale, timeZone, startMs, recoveredMs, untilMs, points } = outage;
  const within = points.filter(
    ({ at }) => at.getTime() >= startMs && at.getTime() < (recoveredMs ?? untilMs),
  );
  const failed = within.reduce((sum, point) => sum + point.failed, 0);
  const total = failed + within.reduce((sum, point) => sum + point.ok, 0);
  const place = { locale, timeZone };
  const span = { interval: sayInterval(new Date(startMs), new Date(recoveredMs ?? untilMs), place) };
  const isRequests = source === "requests";
  const title = say(isRequests ? "picture-title" : "picture-title-probes", { locale });
  if (failed === 0 && isRequests) {
    const values = { total: sayNumber(total, locale), ...span };
    return { title, description: say("picture-none-failed", { locale, values }) };
  }
  const stepMs = stepFor(points, { fromMs: startMs, untilMs: recoveredMs ?? untilMs, most: 200 });
  const buckets = bucketsOf(within, { fromMs: startMs, untilMs: recoveredMs ?? untilMs, stepMs });
  const worst = Math.max(
    0,
    ...buckets.map((bucket) => (bucket.failed / stepMs) * (isRequests ? 1_000 : 60_000)),
  );
  const values = {
    failed: sayNumber(failed, locale),
    total: sayNumber(total, locale),
    worst: sayNumber(worst, locale, { maximumFractionDigits: worst < 10 ? 1 : 0 }),
    ...span,
  };
  return {
    title,
    description: say(isRequests ? "picture-description" : "picture-description-probes", { locale, values }),
  };
}

/** The figures as rows, at most so many: time, failed, went well. */
export function rowsOf(outage: Outage, most: number): { clock: string; failed: string; ok: string }[] {
  const { fromMs, untilMs, locale, points } = outage;
  const stepMs = stepFor(points, { fromMs, untilMs, most });
  const number = (value: number): string => sayNumber(value, locale);
  return bucketsOf(points, { fromMs, untilMs, stepMs }).map(({ fromMs: at, failed, ok }: Bucket) => ({
    clock: sayClock(at, { outage, withSeconds: isShort(outage) }),
    failed: number(failed),
    ok: number(ok),
  }));
}
