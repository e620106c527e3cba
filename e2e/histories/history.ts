import { makeBaseline, type Baseline } from "./baseline.ts";
import { makeChange, type Change } from "./change.ts";
import type { Choices, StatementChoice } from "./choices.ts";
import type { Table } from "./shape.ts";
import { makeStatement, makeWrite, type Statement, type Write } from "./statements.ts";

/** A schema, a change of it, and what two versions write meanwhile: everything but how it is shipped. */
export interface History {
  baseline: Baseline;
  change: Change;
  old: Statement[];
  new: Statement[];
  /** Before the change begins, during expand and migrate: the old version. */
  before: Write[];
  during: Write[];
  /** While both versions are live. */
  between: Write[];
  /** At the end: the version that stays. */
  afterContract: Write[];
  afterRollback: Write[];
}

export function makeHistory(choices: Choices): History {
  const baseline = makeBaseline(choices);
  const change = makeChange(baseline, choices.operations);
  const old = statementsOf(baseline.tables, choices.statements);
  const fresh = statementsOf(change.tables, choices.statements);
  let index = 0;
  const write = (choice: Choices["before"][number], isNew: boolean): Write[] => {
    index += 1;
    const made = makeWrite(isNew ? fresh : old, { choice, index, isNew });
    return made === undefined ? [] : [made];
  };
  return {
    baseline,
    change,
    old,
    new: fresh,
    before: choices.before.flatMap((choice) => write(choice, false)),
    during: choices.during.flatMap((choice) => write(choice, false)),
    between: choices.between.flatMap(({ isNew, write: choice }) => write(choice, isNew)),
    afterContract: choices.after.flatMap((choice) => write(choice, true)),
    afterRollback: choices.after.flatMap((choice) => write(choice, false)),
  };
}

function statementsOf(tables: readonly Table[], choices: readonly StatementChoice[]): Statement[] {
  const made = choices.flatMap((choice) => makeStatement(tables, choice) ?? []);
  const [first] = choices;
  const simplest = first === undefined ? undefined : makeStatement(tables, { ...first, kind: "insert" });
  return made.length > 0 || simplest === undefined ? made : [simplest];
}
