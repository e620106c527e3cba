import type { Draft } from "../draft.ts";
import type { TableChange } from "../model.ts";
import type { PhaseName } from "../plan.ts";

export interface Backfill {
  change: TableChange;
  set: { column: string; expression: string }[];
  where: string | null;
  order: number;
  title: string;
  undo: string[] | null;
  phase?: PhaseName;
  /** The migration alone would write no row there, so that no trigger of the user's may fire for it. */
  silent: boolean;
  /** Whether a row must not be set twice. */
  once?: boolean;
}

/** A draft that sets columns of every row, in batches. */
export function backfill({
  change,
  set,
  where,
  order,
  title,
  undo,
  phase = "migrate",
  silent,
  once = false,
}: Backfill): Draft {
  return {
    phase,
    slot: "backfill",
    order,
    step: {
      kind: "backfill",
      title,
      relations: [change.relation],
      lock: "RowExclusiveLock",
      undo,
      relation: change.relation,
      key: keyOf(change),
      set,
      where,
      // Passing over triggers wants a right, so it is asked for only where there are any.
      ...(silent && change.before.firesOnUpdate ? { silent } : {}),
      once,
    },
  };
}

/** The primary key while both shapes are alive: none where the change takes it away or makes it. */
export function keyOf({ before }: TableChange): string[] {
  return before.primaryKey;
}
