/**
 * Where badges stand so that none touches another: as near to their own places as there is room, in the same order, between
 * two ends. `xs` go up; there has to be room for all of them.
 */
export function spread(
  xs: readonly number[],
  { apart, from, until }: { apart: number; from: number; until: number },
): number[] {
  // Badges that would touch stand side by side around the middle of where they belong.
  const groups: { centre: number; count: number }[] = [];
  for (const x of xs) {
    groups.push({ centre: x, count: 1 });
    for (;;) {
      const last = groups.at(-1);
      const before = groups.at(-2);
      if (last === undefined) break;
      last.centre = held(last, { apart, from, until });
      if (before === undefined || reachOf(before, apart) + apart <= startOf(last, apart)) break;
      const count = before.count + last.count;
      const centre = (before.centre * before.count + last.centre * last.count) / count;
      groups.splice(-2, 2, { centre, count });
    }
  }
  return groups.flatMap((group) =>
    Array.from({ length: group.count }, (_, index) => startOf(group, apart) + index * apart),
  );
}

interface Group {
  centre: number;
  count: number;
}

function startOf({ centre, count }: Group, apart: number): number {
  return centre - ((count - 1) * apart) / 2;
}

function reachOf({ centre, count }: Group, apart: number): number {
  return centre + ((count - 1) * apart) / 2;
}

function held(group: Group, { apart, from, until }: { apart: number; from: number; until: number }): number {
  const half = ((group.count - 1) * apart) / 2;
  return Math.max(from + half, Math.min(until - half, group.centre));
}
