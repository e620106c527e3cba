import { analyseText } from "./analyse.ts";
import { mostSamples } from "./entry.ts";
import { takeName } from "./statement-name.ts";
import type { WorkloadStatement } from "./workload.ts";

/**
 * Adds statements to those of an earlier recording: one entry for each statement, calls added up. The
 * earlier text and name stay, so that a file under version control changes only where something is new.
 * Returns them in order of their names.
 */
export function mergeStatements(
  earlier: readonly WorkloadStatement[],
  recorded: readonly WorkloadStatement[],
): WorkloadStatement[] {
  const taken = new Set(earlier.map(({ name }) => name));
  const merged = new Map<string, WorkloadStatement>();
  for (const statement of [...earlier, ...recorded]) {
    const key = keyOf(statement.sql);
    const known = merged.get(key);
    if (known !== undefined) merged.set(key, addUp(known, statement));
    else if (earlier.includes(statement)) merged.set(key, statement);
    else merged.set(key, { ...statement, name: takeName(statement.name, taken) });
  }
  return [...merged.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** Constants that stand in a workload are part of the statement. */
function keyOf(sql: string): string {
  const [statement] = analyseText(sql) ?? [];
  return statement === undefined
    ? sql
    : JSON.stringify([statement.key, statement.constants.map(({ value }) => value)]);
}

function addUp(known: WorkloadStatement, more: WorkloadStatement): WorkloadStatement {
  // Parameters are numbered by the text; another text's values would be in the wrong places.
  const lists = [...(known.samples ?? []), ...(known.sql === more.sql ? (more.samples ?? []) : [])];
  const samples = [...new Map(lists.map((list) => [JSON.stringify(list), list])).values()].slice(
    0,
    mostSamples,
  );
  const calls = (known.calls ?? 0) + (more.calls ?? 0);
  const prepared = known.prepared === true || more.prepared === true;
  return { ...known, prepared, calls, ...(samples.length === 0 ? {} : { samples }) };
}
