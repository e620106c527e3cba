import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import { batchSetting, blockRange, seenSql, sliceCondition, type BlockPlace } from "./backfill-sql.ts";
import type { CopyStep } from "./plan.ts";

/**
 * The statements that copy the rows of a slice of some blocks. The batch answers as `blockBatchSql` does.
 *
 * The rows are locked before they are read, so that a writer's triggers have either done their part already or
 * do it behind the batch.
 */
export function copyBatchSql(step: CopyStep, { relation, from, to, slice }: BlockPlace): string {
  const source = quoteQualified(relation.schema, relation.name);
  const range = `${blockRange({ from, to })}${sliceCondition(slice)}`;
  return `${lockFirst(step, `select 1 as interlock_locked from only ${source} where ${range} for no key update`)}with found as materialized (
  select * from only ${source} as ${quoteIdentifier(step.relation.name)}
   where ${range}${condition(step)} for no key update
), interlock_filled as (
  ${write(step)}
)
select pg_catalog.set_config('${batchSetting}', pg_catalog.json_build_object(
  'seen', ${seenSql(source, { range: blockRange({ from, to }), slice })}, 'filled', (select count(*) from interlock_filled), 'kept', 0,
  'key', array['${String(to)}'])::text, true)`;
}

/** The statement that copies every row at once, where nobody waits for it. */
export function copyAllSql(step: CopyStep): string {
  const source = quoteQualified(step.relation.schema, step.relation.name);
  const order = step.key.length === 0 ? "" : ` order by ${step.key.map(quoteIdentifier).join(", ")}`;
  return `with found as materialized (
  select * from ${source} as ${quoteIdentifier(step.relation.name)} where true${condition(step)}${order}
)
${write(step)}`;
}

/** Asks whether a row of some blocks is left that has no copy: `left`. */
export function copyLeftSql(step: CopyStep, { relation, from, to }: Omit<BlockPlace, "slice">): string {
  const source = quoteQualified(relation.schema, relation.name);
  const target = quoteQualified(step.target.schema, step.target.name);
  const match = step.columns.filter(({ column }) => step.match.includes(column));
  return `select exists (
  select from (select * from only ${source} where ${blockRange({ from, to })}) as ${quoteIdentifier(step.relation.name)}
   cross join lateral (select ${match.map(({ column, expression }) => `(${expression}) as ${quoteIdentifier(column)}`).join(", ")}) as interlock_given
   where not exists (select from ${target} as interlock_there
     where ${match.map(({ column }) => `interlock_there.${quoteIdentifier(column)} = interlock_given.${quoteIdentifier(column)}`).join(" and ")})${condition(step)}
) as left`;
}

/**
 * Rows that nothing unique tells apart are looked for before they are inserted. What a writer inserted until its
 * row could be locked only a later statement sees.
 */
function lockFirst({ how, matchIsUnique }: CopyStep, lock: string): string {
  return how === "update" || matchIsUnique ? "" : `${lock};\n`;
}

// The rows that were found bear the source's name, so bare names and qualified ones are its columns.
function write(step: CopyStep): string {
  const { how, columns, match, matchIsUnique } = step;
  const target = quoteQualified(step.target.schema, step.target.name);
  const source = quoteIdentifier(step.relation.name);
  const names = columns.map(({ column }) => quoteIdentifier(column));
  const values = columns.map(({ expression }) => `(${expression})`);
  if (how === "update") {
    const set = columns.filter(({ column }) => !match.includes(column));
    const inner = `(select ${columns.map(({ column, expression }) => `(${expression}) as ${quoteIdentifier(column)}`).join(", ")} from found as ${source})`;
    const own = (column: string): string => `${target}.${quoteIdentifier(column)}`;
    const different = set.map(({ column }) => `${own(column)}::text is distinct from ${given(column)}::text`);
    return `update ${target} set ${set.map(({ column }) => `${quoteIdentifier(column)} = ${given(column)}`).join(", ")}
    from ${inner} as interlock_given
   where ${match.map((column) => `${own(column)} = ${given(column)}`).join(" and ")} and (${different.join(" or ")}) returning 1`;
  }
  const overriding = step.overriding ? " overriding system value" : "";
  const insert = `insert into ${target} (${names.join(", ")})${overriding}`;
  if (matchIsUnique) {
    return `${insert}
  select ${values.join(", ")} from found as ${source}
  on conflict (${match.map(quoteIdentifier).join(", ")}) do nothing returning 1`;
  }
  const computed = columns.map(({ column, expression }) => `(${expression}) as ${quoteIdentifier(column)}`);
  return `${insert}
  select ${names.map((name) => `interlock_given.${name}`).join(", ")} from (select ${computed.join(", ")} from found as ${source}) as interlock_given
   where not exists (select from ${target} as interlock_there
     where ${match.map((column) => `interlock_there.${quoteIdentifier(column)} = interlock_given.${quoteIdentifier(column)}`).join(" and ")}) returning 1`;
}

function given(column: string): string {
  return `interlock_given.${quoteIdentifier(column)}`;
}

function condition({ where }: CopyStep): string {
  return where === null ? "" : ` and (${where})`;
}
