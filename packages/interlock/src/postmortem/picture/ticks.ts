const minuteMs = 60_000;
const timeSteps = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
];

/** Round moments between two, at most so many: what a time axis is labelled with. Milliseconds. */
export function timeTicks({
  fromMs,
  untilMs,
  most,
}: {
  fromMs: number;
  untilMs: number;
  most: number;
}): number[] {
  const step =
    (timeSteps.find((seconds) => (untilMs - fromMs) / (seconds * 1_000) <= most) ?? 86_400) * 1_000;
  const first = Math.ceil(fromMs / step) * step;
  const count = Math.max(0, Math.floor((untilMs - first) / step) + 1);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

/** Whether ticks have to show seconds to be told apart. */
export function needsSeconds(ticks: readonly number[]): boolean {
  return ticks.some((tick) => tick % minuteMs !== 0);
}

/** Round values from 0 to at least `most`, in three or four steps. */
export function valueTicks(most: number): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? 10 * power;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
