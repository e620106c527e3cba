import { activities, type Activity } from "../../api/figures.ts";

/** Something that was done about a change for a while; until null while it goes on. */
export interface Stretch {
  what: Exclude<Activity, "waiting">;
  from: Date;
  until: Date | null;
}

/** Where two things went on at once, the later one of the change's life has the time. */
const ranks: readonly Activity[] = [...activities].toReversed();

/**
 * What became of the time between two moments: each of its milliseconds belongs to what was done then, and to waiting
 * where nothing was. What is answered adds up to the whole. Pure.
 */
export function spendTime(
  stretches: readonly Stretch[],
  { from, until }: { from: Date; until: Date },
): Record<Activity, number> {
  const spent: Record<Activity, number> = {
    waiting: 0,
    rehearsal: 0,
    gate: 0,
    expand: 0,
    migrate: 0,
    release: 0,
    contract: 0,
  };
  const start = from.getTime();
  const end = Math.max(start, until.getTime());
  const within = stretches
    .map((stretch) => ({
      what: stretch.what,
      from: Math.max(start, stretch.from.getTime()),
      until: Math.min(end, stretch.until?.getTime() ?? end),
    }))
    .filter((stretch) => stretch.until > stretch.from);
  const edges = [
    ...new Set([start, end, ...within.flatMap((stretch) => [stretch.from, stretch.until])]),
  ].toSorted((left, right) => left - right);
  for (const [index, edge] of edges.entries()) {
    const next = edges[index + 1];
    if (next === undefined) break;
    const active = ranks.find((what) =>
      within.some((stretch) => stretch.what === what && stretch.from <= edge && stretch.until >= next),
    );
    spent[active ?? "waiting"] += next - edge;
  }
  return spent;
}
