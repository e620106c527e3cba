import { quoteIdentifier, quoteLiteral, quoteQualified } from "../sql/quote.ts";
import { batchSetting } from "./backfill-sql.ts";
import type { CopyStep, Relation } from "./plan.ts";

/**
 * The statements that copy the next batch of one table or partition by key: the first `rows` rows after the key
 * `after` (from the start where it is null) and up to the key `upTo`. The batch answers as `keyBatchSql` does.
 *
 * The rows are locked in the order of the key before they are read, so that a writer's triggers have either done
 * their part already or do it behind the batch.
 */
export function copyKeyBatchSql(
  step: CopyStep,
  place: { relation: Relation; after: readonly string[] | null; upTo: readonly string[]; rows: number },
): string {
  const key = step.key.map(quoteIdentifier);
  const row = `(${key.join(", ")})`;
  const after = place.after === null ? "" : ` and ${row} > ${literals(place.after)}`;
  const range = `${row} <= ${literals(place.upTo)}${after}`;
  const names = key.map((_, at) => `interlock_k${String(at + 1)}`);
  const source = quoteQualified(place.relation.schema, place.relation.name);
  const rows = String(place.rows);
  return `${lockFirst(step, `select from only ${source} where ${range} order by ${key.join(", ")} limit ${rows} for no key update`)}with batch as materialized (
  select ${key.map((column, at) => `${column} as ${names[at] ?? ""}`).join(", ")}, row_number() over (order by ${key.join(", ")}) as interlock_n
    from only ${source} where ${range}
   order by ${key.join(", ")} limit ${rows}
), last as (
  select * from batch order by interlock_n desc limit 1
), found as materialized (
  select * from only ${source} as ${quoteIdentifier(step.relation.name)}
   where ${row} <= (${names.map((name) => `(select ${name} from last)`).join(", ")})${after}${condition(step)}
   order by ${key.join(", ")} for no key update
), filled as (
  ${write(step)}
)
select pg_catalog.set_config('${batchSetting}', pg_catalog.json_build_object(
  'seen', coalesce((select interlock_n from last), 0), 'filled', (select count(*) from filled),
  'key', (select array[${names.map((name) => `${name}::text`).join(", ")}] from last))::text, true)`;
}

/** The same for a table that has no key: the rows of its blocks `from` to before `to`. */
export function copyBlockBatchSql(
  step: CopyStep,
  place: { relation: Relation; from: number; to: number },
): string {
  const source = quoteQualified(place.relation.schema, place.relation.name);
  const range = `ctid >= '(${String(place.from)},0)'::tid and ctid < '(${String(place.to)},0)'::tid`;
  return `${lockFirst(step, `select from only ${source} where ${range} for no key update`)}with found as materialized (
  select * from only ${source} as ${quoteIdentifier(step.relation.name)}
   where ${range}${condition(step)} for no key update
), filled as (
  ${write(step)}
)
select pg_catalog.set_config('${batchSetting}', pg_catalog.json_build_object(
  'seen', (select count(*) from only ${source} where ${range}), 'filled', (select count(*) from filled),
  'key', array['${String(place.to)}'])::text, true)`;
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

/** Asks whether a row is left that has no copy: `left`. */
export function copyLeftSql(step: CopyStep): string {
  const source = quoteQualified(step.relation.schema, step.relation.name);
  const target = quoteQualified(step.target.schema, step.target.name);
  const match = step.columns.filter(({ column }) => step.match.includes(column));
  return `select exists (
  select from ${source} as ${quoteIdentifier(step.relation.name)}
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

function literals(values: readonly string[]): string {
  return `(${values.map(quoteLiteral).join(", ")})`;
}
