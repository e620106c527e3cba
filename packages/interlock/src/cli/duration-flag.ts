import { InvalidArgumentError } from "commander";

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `90s`, `10m`, `4h` or `7d`; in milliseconds. */
export function durationFlag(text: string): number {
  const [, number, unit = ""] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const milliseconds = Number(number) * (unitsMs[unit] ?? Number.NaN);
  if (milliseconds > 0) return milliseconds;
  throw new InvalidArgumentError("Write a number and s, m, h or d: 90s, 10m, 4h, 7d.");
}

/** Reads a moment, ISO 8601 with its offset. */
export function momentFlag(text: string): string {
  const moment = Date.parse(text);
  if (/T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text) && !Number.isNaN(moment)) return new Date(moment).toISOString();
  throw new InvalidArgumentError(
    "Write a moment with its offset: 2026-12-01T08:00:00Z or 2026-12-01T09:00:00+01:00.",
  );
}
