/** How many requests went well and how many failed from a moment until the next one. */
export interface SeriesPoint {
  at: Date;
  ok: number;
  failed: number;
}

export interface Series {
  /** Requests of clients that the platform counted, or Interlock's own checks where it did not. */
  source: "requests" | "probes";
  points: SeriesPoint[];
}
