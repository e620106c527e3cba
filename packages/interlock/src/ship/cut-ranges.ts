import type { BackfillPart } from "./backfill-parts.ts";

/** Smaller than this a range is not worth a journal row of its own: 16 MB. */
const leastBlocks = 2_048;
/** As many ranges as there can be of one table, so that the last ones to work at it end at about the same time. */
const mostOfOne = 32;

/** Cuts parts into the ranges that workers take, each with a journal row. A part by key is one range. */
export function cutRanges(parts: readonly BackfillPart[]): BackfillPart[] {
  return parts.flatMap((part): BackfillPart[] => {
    if (part.by === "key") return [part];
    const start = part.from ?? 0;
    const count = Math.min(mostOfOne, Math.max(1, Math.floor((part.blocks - start) / leastBlocks)));
    const edge = (at: number): number => start + Math.floor(((part.blocks - start) * at) / count);
    return Array.from({ length: count }, (_, at) => ({
      ...part,
      from: edge(at),
      blocks: edge(at + 1),
      ...(part.rows === undefined ? {} : { rows: Math.round(part.rows / count) }),
    }));
  });
}
