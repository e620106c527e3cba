import { fingerprint } from "../sql/fingerprint.ts";
import { parseStatements } from "../sql/parse.ts";
import { appVersion } from "../workload/workload.ts";
import { mentions } from "./mentions.ts";
import type { ChangeModel } from "./model.ts";
import type { Gone, Plan } from "./plan.ts";
import type { StatesProof } from "./prove.ts";

/** What tells, in a database that counts its statements, whether anybody still needs what contract takes away. */
export function planEvidence(model: ChangeModel, { retired, rehearsal }: StatesProof): Plan["evidence"] {
  const gone = goneNames(model);
  const statements = rehearsal.workloads.flatMap(({ workload, statements: all }) =>
    all.map(({ home: { statement } }) => ({ version: appVersion(workload), statement })),
  );
  const retires = (version: string, name: string): boolean =>
    retired.some((one) => one.version === version && one.statement === name);
  const kept = statements.filter(({ version, statement }) => !retires(version, statement.name));
  // What a version that stays sends as well can't be told apart from it.
  const staying = new Set(kept.map(({ statement }) => fingerprint(statement.sql)));
  return {
    gone,
    retired: retired.filter(({ sql }) => !staying.has(fingerprint(sql))),
    kept: [...new Set(kept.map(({ statement }) => statement.sql))].filter((sql) => {
      const nodes = parsed(sql);
      return gone.some((each) => mentions(nodes, each));
    }),
  };
}

/** Tables and columns that bear these names before the change and not after it. */
function goneNames({ tables }: ChangeModel): Gone[] {
  return [...tables.values()].flatMap(({ relation: table, before, after }): Gone[] => {
    if (after === undefined) return [{ table, column: null }];
    return before.columns
      .filter(({ name }) => !after.columns.some((column) => column.name === name))
      .map(({ name }) => ({ table, column: name }));
  });
}

function parsed(sql: string): unknown {
  try {
    return parseStatements(sql, "a statement").map(({ node }) => node);
  } catch {
    return [];
  }
}
