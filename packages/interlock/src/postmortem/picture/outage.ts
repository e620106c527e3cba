import type { Locale } from "../../api/localised.ts";
import type { Moment, PostmortemFacts } from "../facts.ts";
import type { Series, SeriesPoint } from "../series/series.ts";
import type { WordingKey } from "../wording/wording.ts";

/** Something that happened, with what it is called. */
export interface Mark {
  atMs: number;
  label: WordingKey;
  sort: "deployment" | "trouble" | "word";
}

/** All that a picture is drawn from. */
export interface Outage {
  source: Series["source"];
  points: SeriesPoint[];
  marks: Mark[];
  /** The stretch that is shown. */
  fromMs: number;
  untilMs: number;
  /** When clients felt it; the end is null while they do. */
  startMs: number;
  recoveredMs: number | null;
  timeZone: string;
  locale: Locale;
}

const labels: Readonly<Record<Moment["kind"], { label: WordingKey; sort: Mark["sort"] }>> = {
  "structure-deployed": { label: "mark-structure-deployed", sort: "deployment" },
  "structure-deployed-alone": { label: "mark-structure-deployed-alone", sort: "deployment" },
  "application-deployed": { label: "mark-application-deployed", sort: "deployment" },
  "release-deployed": { label: "mark-release-deployed", sort: "deployment" },
  "rolled-back": { label: "mark-rolled-back", sort: "deployment" },
  started: { label: "mark-started", sort: "trouble" },
  detected: { label: "mark-detected", sort: "word" },
  declared: { label: "mark-declared", sort: "word" },
  "unit-opened": { label: "mark-unit-opened", sort: "word" },
  "first-update": { label: "mark-update", sort: "word" },
  recovered: { label: "mark-recovered", sort: "trouble" },
  ended: { label: "mark-ended", sort: "trouble" },
};

/**
 * What a picture of an incident shows: its figures with what happened around it. Null where there are no figures. What
 * happened long before or long after would leave no room for the rest and is left to the overview.
 */
export function outageOf(
  facts: PostmortemFacts,
  { series, updates, locale }: { series: Series; updates: readonly Date[]; locale: Locale },
): Outage | null {
  const { points, source } = series;
  const firstPoint = points[0]?.at.getTime();
  const lastPoint = points.at(-1)?.at.getTime();
  if (firstPoint === undefined || lastPoint === undefined) return null;
  const startMs = facts.startedAt.getTime();
  const recoveredMs = (facts.recoveredAt ?? facts.endedAt)?.getTime() ?? null;
  const lastedMs = Math.max((recoveredMs ?? lastPoint) - startMs, 1_000);
  const earliest = startMs - 2 * lastedMs;
  const latest = (recoveredMs ?? lastPoint) + lastedMs;
  const marks = [
    ...facts.moments
      .filter(({ kind }) => kind !== "first-update")
      .map(({ at, kind }): Mark => ({ atMs: at.getTime(), ...labels[kind] })),
    ...updates.map((at): Mark => ({ atMs: at.getTime(), label: "mark-update", sort: "word" })),
  ]
    .filter(({ atMs }) => atMs >= earliest && atMs <= latest)
    .toSorted((left, right) => left.atMs - right.atMs);
  const moments = [startMs, recoveredMs ?? lastPoint, ...marks.map(({ atMs }) => atMs)];
  const padMs = Math.max((Math.max(...moments) - Math.min(...moments)) * 0.06, 1_000);
  return {
    source,
    points: [...points],
    marks,
    fromMs: Math.min(...moments) - padMs,
    untilMs: Math.max(...moments) + padMs,
    startMs,
    recoveredMs,
    timeZone: facts.timeZone,
    locale,
  };
}
