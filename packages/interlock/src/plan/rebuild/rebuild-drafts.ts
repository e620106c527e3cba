import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, sameRelation, type Draft } from "../draft.ts";
import { printExpression } from "../expression.ts";
import type { ChangeModel } from "../model.ts";
import { shownName } from "../names.ts";
import type { Relation } from "../plan.ts";
import { referencedTables } from "../referenced-tables.ts";
import { inStaging } from "./in-staging.ts";
import type { Rebuild, StagedStatement } from "./rebuild.ts";
import { createRebuildSync, dropRebuildSync } from "./rebuild-function.ts";
import { dropSequences, namesake, namesakeOf } from "./namesake.ts";
import { rebuildVerifications } from "./rebuild-verifications.ts";
import { swapDrafts } from "./swap-drafts.ts";

/** The new table beside the old one, its rows, the comparison of both, and the moment in which they change places. */
export function rebuildDrafts(rebuild: Rebuild, model: ChangeModel): Draft[] {
  const { relation, order } = rebuild;
  const shown = shownName(relation);
  return [
    stage(rebuild, model),
    ...rebuild.make.map((statement) => madeBeside(rebuild, statement, model)),
    ...freed(rebuild),
    {
      phase: "expand",
      slot: "sync",
      order,
      step: ddl({
        title: `write ${shown} to the new table too`,
        relations: [relation],
        lock: "ShareRowExclusiveLock",
        statements: createRebuildSync(rebuild),
        undo: dropRebuildSync(rebuild),
      }),
    },
    {
      phase: "migrate",
      slot: "backfill",
      order,
      step: {
        kind: "copy",
        title: `copy ${shown} into the new table`,
        relations: [relation],
        lock: "RowExclusiveLock",
        undo: null,
        relation,
        key: rebuild.oldKey,
        target: madeTable(rebuild),
        columns: rebuild.values.map(({ column, expression }) => ({
          column,
          expression: printExpression(expression),
        })),
        match: rebuild.key.map((pair) => pair.new),
        matchIsUnique: hasKey(rebuild, model),
        how: "insert",
        overriding: rebuild.identity.length > 0,
        where: rebuild.present === undefined ? null : printExpression(rebuild.present),
      },
    },
    ...(["migrate", "contract"] as const).flatMap((phase) =>
      rebuildVerifications(rebuild).map((step): Draft => ({ phase, slot: "verify", order, step })),
    ),
    {
      phase: "migrate",
      slot: "validate",
      order,
      step: {
        kind: "validate",
        title: `read the new ${shown} for the planner`,
        relations: [],
        lock: "ShareUpdateExclusiveLock",
        undo: null,
        statement: `analyze ${quoteQualified(rebuild.staging, relation.name)}`,
      },
    },
    ...swapDrafts(rebuild, model),
  ];
}

/** The new table as long as it stands beside. */
export function madeTable({ staging, relation }: Rebuild): Relation {
  return { schema: staging, name: relation.name };
}

function hasKey({ relation }: Rebuild, { tables }: ChangeModel): boolean {
  return (tables.get(relationKey(relation))?.after?.primaryKey.length ?? 0) > 0;
}

/**
 * A schema of our own. Where the migration first takes the names away from the old table, an empty table with its
 * names stands there until the new one is made, so that PostgreSQL gives the new one the names that the migration
 * alone would leave; then a view lets the migration's own code find the old rows.
 */
function stage(rebuild: Rebuild, { tables }: ChangeModel): Draft {
  const { relation, staging, oldName, frees } = rebuild;
  const before = tables.get(relationKey(relation))?.before;
  const table = quoteQualified(relation.schema, relation.name);
  const schema = quoteIdentifier(staging);
  const names =
    oldName === undefined || before === undefined
      ? []
      : [
          ...namesakeOf(before, staging),
          ...inStaging(
            rebuild,
            frees.map(({ sql }) => sql),
          ),
          `alter table ${quoteQualified(staging, oldName)} rename to ${namesake}`,
          `create view ${quoteQualified(staging, oldName)} as select * from ${table}`,
        ];
  return {
    phase: "expand",
    slot: "shape",
    order: -1,
    step: ddl({
      title: `a place for the new ${shownName(relation)}`,
      relations: [],
      lock: "AccessShareLock",
      statements: [`create schema ${schema}`, ...names],
      undo: [`drop schema ${schema} cascade`],
    }),
  };
}

/** Takes away what held the names of the old table. */
function freed({ relation, staging, oldName, make }: Rebuild): Draft[] {
  if (oldName === undefined) return [];
  return [
    {
      phase: "expand",
      slot: "shape",
      order: Math.max(...make.map(({ order }) => order)) + 0.5,
      merge: `rebuild ${relationKey(relation)}`,
      step: ddl({
        title: `the new ${shownName(relation)} stands`,
        relations: [],
        lock: "AccessShareLock",
        statements: [`drop table ${quoteQualified(staging, namesake)}`, dropSequences(staging)],
        undo: [],
      }),
    },
  ];
}

/** A statement of the migration, run where its bare names mean the new table. */
function madeBeside(rebuild: Rebuild, { sql, order, isBlock }: StagedStatement, model: ChangeModel): Draft {
  const others = referencedTables(sql, model).filter((table) => !sameRelation(table, rebuild.relation));
  const short = sql.replaceAll(/\s+/g, " ").trim();
  return {
    phase: "expand",
    slot: "shape",
    order,
    ...(isBlock ? {} : { merge: `rebuild ${relationKey(rebuild.relation)}` }),
    step: ddl({
      title: `beside: ${short.length > 60 ? `${short.slice(0, 59)}…` : short}`,
      relations: isBlock ? [] : others,
      // A block may read the old table for long before it makes anything, so it holds no lock until it does.
      lock: isBlock ? "AccessShareLock" : "ShareRowExclusiveLock",
      statements: [...(isBlock ? ["set local lock_timeout = '100ms'"] : []), ...inStaging(rebuild, [sql])],
      // It goes with its schema.
      undo: [],
    }),
  };
}
