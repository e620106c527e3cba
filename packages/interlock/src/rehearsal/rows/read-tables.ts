import type { WireSession } from "../wire-session.ts";

export interface Column {
  name: string;
  /** The type as a declaration names it: `numeric(10,2)`. */
  type: string;
  typeOid: number;
  notNull: boolean;
  /** The default's expression, as PostgreSQL prints it; null for none. */
  defaultExpression: string | null;
  isGenerated: boolean;
  /** PostgreSQL gives the value itself: identity, generated, or the next of a sequence. */
  isGiven: boolean;
}

export interface ForeignKey {
  columns: readonly string[];
  /** The oid of the referenced table. */
  references: number;
  referencedColumns: readonly string[];
}

export interface Check {
  name: string;
  /** The condition, without CHECK. */
  expression: string;
  columns: readonly string[];
}

/** A table that rows can be put into. */
export interface Table {
  oid: number;
  schema: string;
  name: string;
  columns: readonly Column[];
  foreignKeys: readonly ForeignKey[];
  checks: readonly Check[];
  /** The columns of each unique index, as far as they are columns. */
  uniques: readonly (readonly string[])[];
}

const query = `
select json_build_object(
  'oid', c.oid::int8, 'schema', n.nspname, 'name', c.relname,
  'columns', (
    select coalesce(json_agg(json_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'typeOid', a.atttypid::int8,
      'notNull', a.attnotnull, 'isGenerated', a.attgenerated <> '',
      'defaultExpression', pg_get_expr(d.adbin, d.adrelid),
      'isGiven', a.attidentity <> '' or a.attgenerated <> ''
        or coalesce(pg_get_expr(d.adbin, d.adrelid) like 'nextval(%', false)) order by a.attnum), '[]')
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
  'foreignKeys', (
    select coalesce(json_agg(json_build_object(
      'columns', (select json_agg(a.attname order by k.position) from unnest(f.conkey) with ordinality k(number, position)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.number),
      'references', f.confrelid::int8,
      'referencedColumns', (select json_agg(a.attname order by k.position) from unnest(f.confkey) with ordinality k(number, position)
        join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.number)) order by f.conname), '[]')
    from pg_constraint f where f.conrelid = c.oid and f.contype = 'f'
      -- One that points into a partition is a part of the one to the whole table.
      and f.conparentid = 0),
  'checks', (
    select coalesce(json_agg(json_build_object(
      'name', k.conname, 'expression', pg_get_expr(k.conbin, k.conrelid),
      'columns', (select coalesce(json_agg(a.attname), '[]') from pg_attribute a
        where a.attrelid = k.conrelid and a.attnum = any(k.conkey))) order by k.conname), '[]')
    from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'),
  'partitions', (
    select json_build_object(
      'expression', string_agg('(' || pg_get_partition_constraintdef(i.inhrelid) || ')', ' or '),
      'columns', (select json_agg(a.attname) from pg_partitioned_table p join pg_attribute a
        on a.attrelid = p.partrelid and a.attnum = any(p.partattrs::int2[]) where p.partrelid = c.oid))
    from pg_inherits i where i.inhparent = c.oid and c.relkind = 'p'
      and pg_get_partition_constraintdef(i.inhrelid) is not null),
  'uniques', (
    select coalesce(json_agg((select coalesce(json_agg(a.attname), '[]') from pg_attribute a
      where a.attrelid = c.oid and a.attnum = any(i.indkey::int2[]))), '[]')
    from pg_index i where i.indrelid = c.oid and i.indisunique)
)::text
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
  and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
  and not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
order by n.nspname, c.relname`;

interface ReadTable extends Table {
  partitions: { expression: string | null; columns: string[] | null };
}

/** The tables of the user's schemas, with what their rows must satisfy. */
export async function readTables(session: WireSession): Promise<Table[]> {
  const { rows, problem } = await session.execute(query);
  if (problem !== undefined)
    throw new Error(`the tables of the shadow could not be read: ${problem.message}`);
  return rows.map(([text]) => {
    const { partitions, ...table } = JSON.parse(text ?? "") as ReadTable;
    // A row that no partition takes is refused like one that a check refuses.
    const { expression, columns } = partitions;
    if (expression === null) return table;
    return {
      ...table,
      checks: [...table.checks, { name: "partitions", expression, columns: columns ?? [] }],
    };
  });
}
