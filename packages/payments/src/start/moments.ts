import { seconds } from "./screen.ts";

/** What happens after the structure went in, in the order in which it should. */
type Happening =
  | "alarm"
  | "incident"
  | "unit"
  | "culprit"
  | "update"
  | "page"
  | "application"
  | "recovery"
  | "resolution";

/** How long after the structure each came, in milliseconds; what never came is missing. */
export type Moments = Partial<Record<Happening, number>>;

/** Keeps when things happen, and says it. */
export class Clock {
  readonly moments: Moments = {};
  readonly #startedAt = Date.now();

  /** Milliseconds since the structure went in. */
  get nowMs(): number {
    return Date.now() - this.#startedAt;
  }

  /** Keeps a moment (ISO 8601, or now) and returns `1.2 s later`. */
  mark(happening: Happening, at?: string): string {
    const ms = Math.max(0, (at === undefined ? Date.now() : Date.parse(at)) - this.#startedAt);
    this.moments[happening] = ms;
    return `${seconds(ms)} later`;
  }
}
