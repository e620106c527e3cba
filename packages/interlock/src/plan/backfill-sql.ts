import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import type { BackfillStep } from "./plan.ts";

/** Set for a transaction, it tells the sync's triggers to leave its rows alone. */
export const syncOffSetting = "interlock.sync";

/**
 * The statement that fills one batch. Parameters: $1 the number of rows to look at, then the key of the last
 * row of the batch before (nothing for the first). It answers one row: `seen` (rows looked at, 0 at the end),
 * `filled`, and the last key as text in `k1`, `k2`, ….
 *
 * The rows are locked, in key order, with the weakest lock that keeps other writers out until the batch is
 * committed; what is set is computed from the row as it is once the lock is held.
 */
export function backfillBatchSql(step: BackfillStep, { first }: { first: boolean }): string {
  const table = quoteQualified(step.relation.schema, step.relation.name);
  const key = step.key.length === 0 ? ["ctid"] : step.key.map(quoteIdentifier);
  const after = first
    ? ""
    : ` where (${key.join(", ")}) > (${key.map((_, at) => `$${String(at + 2)}`).join(", ")})`;
  const where = step.where === null ? "" : ` and (${step.where})`;
  // Bare column names in the expressions are the target's: the batch's own columns have names nobody else uses.
  return `with batch as materialized (
  select ${key.map((column, at) => `${column} as interlock_k${String(at + 1)}`).join(", ")}
    from ${table}${after}
   order by ${key.join(", ")} limit $1::integer
     for no key update
), filled as (
  update ${table} set ${step.set.map(({ column, expression }) => `${quoteIdentifier(column)} = ${expression}`).join(", ")}
    from batch
   where ${key.map((column, at) => `${table}.${column} = batch.interlock_k${String(at + 1)}`).join(" and ")}${where}
  returning 1
), last as (
  select * from batch order by ${key.map((_, at) => `interlock_k${String(at + 1)} desc`).join(", ")} limit 1
)
select (select count(*) from batch)::integer as seen, (select count(*) from filled)::integer as filled,
       ${key.map((_, at) => `(select interlock_k${String(at + 1)}::text from last) as k${String(at + 1)}`).join(", ")}`;
}
