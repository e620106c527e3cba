import { createHash } from "node:crypto";

/** One turn of a probe with one worker: its number, and when it is, in milliseconds since 1970. */
export interface Slot {
  number: number;
  at: number;
}

/**
 * The first turn after a moment. Turns stand on the clock, so they never drift; each probe and worker has its own
 * place within the interval, so that not everything is sent at once.
 */
export function nextSlot({
  intervalMs,
  key,
  after,
}: {
  intervalMs: number;
  key: string;
  after: number;
}): Slot {
  const offset = createHash("sha256").update(key).digest().readUInt32BE(0) % intervalMs;
  const number = Math.floor((after - offset) / intervalMs) + 1;
  return { number, at: number * intervalMs + offset };
}
