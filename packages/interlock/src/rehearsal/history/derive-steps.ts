import type { Migration } from "../../migration/migration.ts";
import type { Workload } from "../../workload/workload.ts";
import type { HistoryStep } from "./history-step.ts";
import type { PlacedVersion } from "./place-versions.ts";

/**
 * The steps of a history: the migrations between two consecutive versions of an app are one change, deployed
 * between them, and every other migration is a change of its own. Where several apps overlap, so do their
 * changes, and they become one.
 */
export function deriveSteps(
  migrations: readonly Migration[],
  placed: readonly PlacedVersion[],
): HistoryStep[] {
  const apps = [...Map.groupBy(placed, ({ workload }) => workload.app).values()];
  const spans = merge(apps.flatMap(spansOf));
  const steps: HistoryStep[] = [];
  for (let from = 0; from < migrations.length;) {
    const to = spans.find((span) => span.from === from)?.to ?? from + 1;
    steps.push({
      baseline: migrations.slice(0, from),
      change: migrations.slice(from, to),
      old: apps.flatMap((app) => oldOf(app, from)),
      new: apps.flatMap((app) => newOf(app, { from, to })),
    });
    from = to;
  }
  return steps;
}

/** From one state to another. */
interface Span {
  from: number;
  to: number;
}

function spansOf(app: readonly PlacedVersion[]): Span[] {
  const homes = [...new Set(app.map(({ home }) => home))].toSorted((left, right) => left - right);
  return homes.slice(1).map((to, index) => ({ from: homes[index] ?? 0, to }));
}

function merge(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((left, right) => left.from - right.from)) {
    const last = merged.at(-1);
    if (last !== undefined && span.from < last.to) last.to = Math.max(last.to, span.to);
    else merged.push({ ...span });
  }
  return merged;
}

/** The version that ran before: the last one that was released up to there. */
function oldOf(app: readonly PlacedVersion[], from: number): Workload[] {
  const last = app.findLast(({ home }) => home <= from);
  return last === undefined ? [] : [last.workload];
}

/** The version that goes with the change: the first one of the last state in it that has any. */
function newOf(app: readonly PlacedVersion[], { from, to }: Span): Workload[] {
  const homes = app.map(({ home }) => home).filter((home) => home > from && home <= to);
  // The first version of all goes with no change: nothing ran before it.
  if (homes.length === 0 || oldOf(app, from).length === 0) return [];
  const last = Math.max(...homes);
  return app
    .filter(({ home }) => home === last)
    .slice(0, 1)
    .map(({ workload }) => workload);
}
