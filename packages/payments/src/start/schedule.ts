/** When people do what they do, in milliseconds after the structure went in. */
export interface Schedule {
  /** The application half is deployed. */
  applicationMs: number;
  /** The incident is resolved, where the service has recovered by then; else when it has. */
  resolvedMs: number;
}

const minutes = 60_000;

/** 14:08 structure, 14:24 application, 14:49 resolved. */
export const asOnTheDay: Schedule = { applicationMs: 16 * minutes, resolvedMs: 41 * minutes };

/** The same in half a minute. */
export const compressed: Schedule = { applicationMs: 12_000, resolvedMs: 20_000 };
