import type { Problem } from "./problem.ts";

/**
 * The order in which PostgreSQL checks a row that is written: values are computed and converted, then NOT
 * NULL, then CHECK, then unique indexes and exclusions, and foreign keys at the end of the statement.
 */
const order = ["22", "23502", "23514", "23505", "23P01", "23503"] as const;

function position({ sqlstate }: Problem): number {
  return order.findIndex((prefix) => sqlstate.startsWith(prefix));
}

/** Whether a statement that ended with `problem` came further than one that ended with `other`. */
export function raisedLater(problem: Problem, other: Problem | undefined): boolean {
  return other === undefined || position(problem) > position(other);
}
