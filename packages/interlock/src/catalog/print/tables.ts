import { options, partsQuery } from "./part.ts";

/** How a sequence counts. */
const counting = `format('start with %s increment by %s minvalue %s maxvalue %s cache %s %s',
  q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, case when q.seqcycle then 'cycle' else 'no cycle' end)`;

/** A partition has none of its own: from version 17 on it has its parent's. */
const identity = `case when a.attidentity <> '' and not c.relispartition then
  (select format('generated %s as identity (sequence name %s %s)',
            case a.attidentity when 'a' then 'always' else 'by default' end, q.seqrelid::regclass, ${counting})
     from pg_depend d join pg_sequence q on q.seqrelid = d.objid
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
      and d.refobjsubid = a.attnum and d.deptype = 'i') end`;

const generated = `case a.attgenerated
  when 's' then format('generated always as (%s) stored', pg_get_expr(f.adbin, f.adrelid))
  when 'v' then format('generated always as (%s) virtual', pg_get_expr(f.adbin, f.adrelid)) end`;

/** From version 18 on NOT NULL is a constraint with a name, and may not be validated yet. */
const notNull = `case when a.attnotnull then coalesce(
  (select case when k.convalidated then format('constraint %I not null%s', k.conname, case when k.connoinherit then ' no inherit' end) else '' end
     from pg_constraint k where k.conrelid = c.oid and k.contype = 'n' and k.conkey[1] = a.attnum), 'not null') end`;

/** What is inherited comes with the parent; a partition is made by itself and attached later. */
const columns = `(select string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
    case when a.attcollation <> t.typcollation then 'collate ' || a.attcollation::regcollation end,
    ${generated}, ${identity}, nullif(${notNull}, '')), ', ' order by a.attnum)
   from pg_attribute a join pg_type t on t.oid = a.atttypid
   left join pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and (a.attislocal or c.relispartition))`;

export const tableQueries: readonly string[] = [
  partsQuery(
    "pg_class",
    `select c.oid, format('create sequence %s as %s %s', c.oid::regclass, q.seqtypid::regtype, ${counting})
       from pg_class c join spaces s on s.oid = c.relnamespace join pg_sequence q on q.seqrelid = c.oid
      where c.relkind = 'S' and not exists (select from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i')`,
  ),
  // A foreign table becomes one like any other: what it stands for is not there.
  partsQuery(
    "pg_class",
    `select c.oid, concat_ws(' ',
              format('create %stable %s (%s)', case when c.relpersistence = 'u' and c.relkind = 'r' then 'unlogged ' end, c.oid::regclass, ${columns}),
              case when not c.relispartition then
                (select format('inherits (%s)', string_agg(inhparent::regclass::text, ', ' order by inhseqno)) from pg_inherits
                  where inhrelid = c.oid having count(*) > 0) end,
              'partition by ' || pg_get_partkeydef(c.oid),
              (select format('with (%s)', string_agg(o, ', ')) from unnest(array[${options("c.reloptions")},
                (select ${options("x.reloptions", "toast.")} from pg_class x where x.oid = c.reltoastrelid)]) o
                where o is not null having count(*) > 0))
       from pg_class c join spaces s on s.oid = c.relnamespace where c.relkind in ('r', 'p', 'f')`,
  ),
  partsQuery(
    "pg_attrdef",
    `select f.oid, format('alter table %s alter column %I set default %s', c.oid::regclass, a.attname, pg_get_expr(f.adbin, f.adrelid))
       from pg_attrdef f join pg_class c on c.oid = f.adrelid join spaces s on s.oid = c.relnamespace
       join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum
      where a.attgenerated = ''`,
  ),
  partsQuery(
    "pg_constraint",
    `select k.oid, format('alter table %s add constraint %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
       from pg_constraint k join spaces s on s.oid = k.connamespace join pg_class c on c.oid = k.conrelid
      where (k.contype = 'c' and (k.conislocal or c.relispartition))
         or (k.contype = 'n' and k.conislocal and (not k.convalidated or exists (select from pg_attribute a
               where a.attrelid = k.conrelid and a.attnum = k.conkey[1] and not a.attislocal and not c.relispartition)))`,
  ),
  partsQuery(
    "pg_constraint",
    `select k.oid, format('alter table only %s add constraint %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
       from pg_constraint k join spaces s on s.oid = k.connamespace where k.contype in ('p', 'u', 'x') and k.conrelid <> 0`,
  ),
  partsQuery(
    "pg_class",
    `select i.indexrelid, pg_get_indexdef(i.indexrelid)
       from pg_index i join pg_class c on c.oid = i.indexrelid join spaces s on s.oid = c.relnamespace
      where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))`,
  ),
];
