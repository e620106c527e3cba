import type { Migration } from "../migration/migration.ts";
import { stubExtensions, type PassedOver } from "../migration/stub-extensions.ts";
import type { Problem } from "./problem.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** What a rehearsal goes without, since its server does not have it. */
export interface LeftOut {
  extensions: readonly string[];
  /** Statements of the change that were not run for it. */
  passedOver: readonly PassedOver[];
}

export interface StubbedInput {
  migrations: readonly Migration[];
  baseline: readonly Migration[];
  leftOut: LeftOut;
}

/** Baseline and change without some extensions. */
export function leaveOut(
  { migrations, baseline }: { migrations: readonly Migration[]; baseline: readonly Migration[] },
  options: { extensions: readonly string[]; withStandIns: boolean },
): StubbedInput {
  const change = migrations.map((migration) => stubExtensions(migration, options));
  return {
    migrations: change.map(({ migration }) => migration),
    baseline: baseline.map((migration) => stubExtensions(migration, options).migration),
    leftOut: {
      extensions: options.extensions,
      passedOver: change.flatMap(({ passedOver }) => passedOver),
    },
  };
}

/** What PostgreSQL says of a function, a type, a relation or a schema that it doesn't have. */
const notThere = new Set(["42883", "42704", "42P01", "3F000"]);

/** Whether something fails for lack of what an extension may have brought. */
export function mayLack({ sqlstate }: Pick<Problem, "sqlstate">): boolean {
  return notThere.has(sqlstate);
}

/**
 * A statement that fails where it is at home for lack of something may lack what was left out: then nothing is known
 * of it, and it is not broken.
 */
export function excuse(rehearsal: Rehearsal, { extensions }: LeftOut): Rehearsal {
  const workloads = rehearsal.workloads.map((result) => ({
    ...result,
    statements: result.statements.map((one) => {
      const { broken } = one.home;
      if (broken === undefined || !mayLack(broken)) return one;
      const notExercised = `it may need what --stub-extension ${extensions.join(" ")} leaves out: ${broken.message}`;
      return { ...one, home: { ...one.home, broken: undefined, stopped: broken, notExercised } };
    }),
  }));
  return { ...rehearsal, workloads };
}

/** Why the verdict is open for the sake of what was left out of the change itself. */
export function leftOutGaps({ passedOver }: LeftOut): string[] {
  const [first, ...more] = passedOver;
  if (first === undefined) return [];
  const others = more.length === 0 ? "" : ` and ${String(more.length)} more`;
  return [
    `the change itself is rehearsed without extension ${first.extension}: ${first.path}:${String(first.line)}${others} is not run`,
  ];
}
