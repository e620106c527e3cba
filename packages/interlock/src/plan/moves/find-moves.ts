import type { MappingComment } from "../mapping-comment.ts";
import { askForMoves, type MissingMove } from "./ask-for-moves.ts";
import { intoChild } from "./into-child.ts";
import { intoParent } from "./into-parent.ts";
import type { MoveInput } from "./move-input.ts";
import type { Move } from "./move.ts";
import { turnRound } from "./turn-round.ts";

/**
 * The moves of columns between two tables that a change makes: `insert into new_table select … from old_table`, and
 * `update parent set … from child where …`. What such a statement says in one direction is turned round where it is
 * a plain column; else a comment says it: `-- interlock: down parent.column = (expression over child)`.
 *
 * Throws `Failure` "mapping-missing".
 */
export function findMoves(input: MoveInput): { moves: Move[]; comments: MappingComment[] } {
  const missing: MissingMove[] = [];
  const used = new Set<MappingComment>();
  const moves = input.operations.flatMap((operation) => {
    if (operation.kind !== "pass-through") return [];
    const move = intoChild(operation, input) ?? intoParent(operation, input);
    if (move === undefined) return [];
    missing.push(...turnRound(move, input, used));
    return [move];
  });
  if (missing.length > 0) throw askForMoves(missing);
  return { moves, comments: input.comments.filter((comment) => !used.has(comment)) };
}
