import { lastPart } from "../../sql/last-part.ts";
import type { Rehearsal, StatementResult, WorkloadResult } from "../rehearsal.ts";
import { shapeDifference } from "./shape-difference.ts";
import { reasonNotExercised, stopOf } from "./workload-findings.ts";

/**
 * Statements whose not being exercised leaves the verdict open: they write to a relation that the change
 * locks or names, or the change makes functions or triggers, whose reach nobody knows. That PostgreSQL can
 * still prepare such a statement says nothing about the rows that it would write, unless the change only adds
 * columns that may be left out.
 */
export function unexercisedWrites(result: WorkloadResult, rehearsal: Pick<Rehearsal, "changes">): string[] {
  const reach = reachOf(rehearsal);
  const additive = isAdditive(rehearsal);
  return result.statements.flatMap(({ home, outcomes }) => {
    const { writes, relations, name, copy } = home.statement;
    if (!writes || home.broken !== undefined) return [];
    // A COPY is not prepared: that its lines want a column more shows only when it runs.
    if (additive && copy === undefined) return [];
    if (outcomes.some(({ prepared, executed }) => prepared !== undefined || executed.kind === "failed"))
      return [];
    if (reasonNotExercised({ home, outcomes }) === undefined) return [];
    return reach.isOpen || relations.some((relation) => reach.names.has(lastPart(relation))) ? [name] : [];
  });
}

/**
 * Statements that ran into a limit of the rehearsal or that it does not allow, reads as well: that PostgreSQL can
 * prepare one says little about what it does then. Nothing can have changed for it where columns were only added.
 */
export function stoppedStatements(result: WorkloadResult, rehearsal: Pick<Rehearsal, "changes">): string[] {
  const additive = isAdditive(rehearsal);
  return result.statements
    .filter((one) => stopOf(one) !== undefined && !(additive && keepsItsShape(one)))
    .map(({ home }) => home.statement.name);
}

/** A plan that is kept fails where the columns of the result are other ones, which would show only when it runs. */
function keepsItsShape({ home: { homeShape }, outcomes }: StatementResult): boolean {
  return (
    homeShape !== undefined &&
    outcomes.every(({ shape }) => shape !== undefined && shapeDifference(homeShape, shape) === undefined)
  );
}

/** All of the change or nothing: a step that is not additive may act on what others have locked before it. */
function isAdditive({ changes }: Pick<Rehearsal, "changes">): boolean {
  const steps = changes.flatMap((change) => change.steps);
  return steps.length > 0 && steps.every((step) => step.additive);
}

export interface Reach {
  /** Whether the change may act on any relation. */
  isOpen: boolean;
  /** Relations that it acts on, without their schemas. */
  names: ReadonlySet<string>;
}

/** What a change may act on, from the locks and the text of its steps. */
export function reachOf({ changes }: Pick<Rehearsal, "changes">): Reach {
  const steps = changes.flatMap((change) => change.steps);
  const names = steps.flatMap(({ locks, rewrites, sql }) => [
    ...locks.filter(({ mode }) => mode !== "AccessShareLock").map(({ relation }) => lastPart(relation)),
    ...rewrites.map(lastPart),
    // What runs outside a transaction holds no lock that could be seen.
    ...(locks.length === 0 ? (sql.match(/[\w$]+/g) ?? []).map((word) => word.toLowerCase()) : []),
  ]);
  return {
    isOpen: steps.some(({ sql }) => /\b(function|procedure|trigger|rule|policy|domain)\b/i.test(sql)),
    names: new Set(names),
  };
}
