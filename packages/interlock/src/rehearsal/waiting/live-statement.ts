import type { AtHome } from "../at-home.ts";
import type { Outcome } from "../examine-state.ts";
import type { Trial } from "../trial-session.ts";
import type { LiveStatement } from "./find-waiting.ts";

/** A statement as one that may have to wait; nothing for what does not work anyway or is never executed. */
export function liveStatement(home: AtHome, outcome: Outcome): LiveStatement[] {
  const { app, name, sql, relations, writes, notExecuted } = home.statement;
  if (outcome.prepared !== undefined || notExecuted !== undefined) return [];
  return [{ app, name, relations, writes, locks: outcome.locks, trials: trialsOf(home, sql) }];
}

function trialsOf({ statement, parameters, relaxed, shape, stopped }: AtHome, sql: string): Trial[] {
  const [first] = parameters;
  const values = first?.values ?? shape.parameterTypeOids.map(() => null);
  // Planning it locks the relations that it names as executing it does.
  if (stopped !== undefined && statement.copy === undefined) return [{ sql: `explain ${sql}`, values }];
  const copyData = first?.copyData;
  const trial = { sql, values, ...(copyData === undefined ? {} : { copyData }) };
  return relaxed === undefined ? [trial] : [trial, relaxed];
}
