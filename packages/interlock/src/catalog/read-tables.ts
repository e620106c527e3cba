import type { ClientBase } from "pg";
import type { Table } from "./table.ts";

/** Reads every table of the user's schemas, ordered by schema and name. */
export async function readTables(client: ClientBase): Promise<Table[]> {
  const { rows } = await client.query<{ table: Table }>(query);
  return rows.map(({ table }) => table);
}

const names = (relation: string, numbers: string): string =>
  `(select coalesce(json_agg(a.attname order by n.place), '[]'::json)
      from unnest(${numbers}) with ordinality n (attnum, place)
      join pg_attribute a on a.attrelid = ${relation} and a.attnum = n.attnum)`;

const columns = `(select coalesce(json_agg(json_build_object(
    'name', a.attname,
    'type', format_type(a.atttypid, a.atttypmod),
    'notNull', a.attnotnull,
    'default', pg_get_expr(d.adbin, d.adrelid),
    'defaultIsVolatile', exists (
       select from regexp_matches(coalesce(d.adbin::text, ''), ':(?:funcid|opfuncid) (\\d+)', 'g') f
         join pg_proc p on p.oid = (f[1])::oid where p.provolatile = 'v')
       -- nextval and the like: a call that is not in the tree as a function still shows by name.
       or coalesce(d.adbin::text, '') ~ ':NEXTVALUEEXPR|{NEXTVALUEEXPR',
    'generated', case a.attgenerated when 's' then 'stored' when 'v' then 'virtual' end,
    'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
    'collation', case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end,
    'comment', col_description(c.oid, a.attnum),
    'grants', (select coalesce(json_agg(json_build_object(
          'who', case when x.grantee <> 0 then pg_get_userbyid(x.grantee) end, 'right', lower(x.privilege_type), 'grantable', x.is_grantable)
          order by x.grantee, x.privilege_type), '[]'::json) from aclexplode(a.attacl) x),
    'statisticsTarget', nullif(a.attstattarget, -1),
    'storage', case when a.attstorage <> t.typstorage then
        case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end end,
    'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
    'options', coalesce(to_json(a.attoptions), '[]'::json),
    'ownedSequences', (select coalesce(json_agg(json_build_object('schema', ss.nspname, 'name', s.relname,
            'type', o.seqtypid::regtype::text, 'start', o.seqstart::text, 'increment', o.seqincrement::text, 'least', o.seqmin::text,
            'most', o.seqmax::text, 'cache', o.seqcache::text, 'cycles', o.seqcycle) order by q.objid), '[]'::json)
        from pg_depend q
        join pg_class s on s.oid = q.objid and s.relkind = 'S'
        join pg_namespace ss on ss.oid = s.relnamespace join pg_sequence o on o.seqrelid = s.oid
       where q.classid = 'pg_class'::regclass and q.refclassid = 'pg_class'::regclass
         and q.refobjid = c.oid and q.refobjsubid = a.attnum and q.deptype in ('a', 'i'))
  ) order by a.attnum), '[]'::json)
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)`;

const constraints = `(select coalesce(json_agg(json_build_object(
    'name', k.conname,
    'kind', case k.contype when 'p' then 'primary' when 'u' then 'unique' when 'c' then 'check'
                           when 'f' then 'foreign' when 'x' then 'exclusion' else 'not-null' end,
    'columns', ${names("k.conrelid", "k.conkey")},
    'definition', pg_get_constraintdef(k.oid),
    'validated', k.convalidated,
    'inherited', k.conparentid <> 0 or not k.conislocal,
    'comment', obj_description(k.oid, 'pg_constraint'),
    'referenced', case when k.contype = 'f' then json_build_object(
        'schema', rs.nspname, 'name', r.relname, 'columns', ${names("k.confrelid", "k.confkey")}) end
  ) order by k.conname), '[]'::json)
  from pg_constraint k left join pg_class r on r.oid = k.confrelid left join pg_namespace rs on rs.oid = r.relnamespace
 where k.conrelid = c.oid and k.contype in ('p', 'u', 'c', 'f', 'x', 'n'))`;

const indexes = `(select coalesce(json_agg(json_build_object(
    'name', ic.relname,
    'unique', i.indisunique,
    'valid', i.indisvalid,
    'columns', ${names("i.indrelid", "i.indkey::smallint[]")},
    'reads', (select coalesce(json_agg(distinct a.attname), '[]'::json) from pg_attribute a
       where a.attrelid = i.indrelid and (a.attnum = any (i.indkey::smallint[]) or exists (
         select from pg_depend x where x.classid = 'pg_class'::regclass and x.objid = i.indexrelid
            and x.refclassid = 'pg_class'::regclass and x.refobjid = i.indrelid and x.refobjsubid = a.attnum))),
    'definition', pg_get_indexdef(i.indexrelid),
    'constraint', (select k.conname from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = i.indrelid
                      and k.contype in ('p', 'u', 'x')),
    'partOf', (select json_build_object('schema', ps.nspname, 'name', p.relname) from pg_inherits h
                 join pg_class p on p.oid = h.inhparent join pg_namespace ps on ps.oid = p.relnamespace where h.inhrelid = i.indexrelid),
    'comment', obj_description(i.indexrelid, 'pg_class')
  ) order by ic.relname), '[]'::json)
  from pg_index i join pg_class ic on ic.oid = i.indexrelid where i.indrelid = c.oid)`;

const statistics = `(select coalesce(json_agg(json_build_object(
    'schema', xs.nspname, 'name', x.stxname, 'definition', pg_get_statisticsobjdef(x.oid), 'target', nullif(x.stxstattarget, -1),
    'comment', obj_description(x.oid, 'pg_statistic_ext'),
    'columns', (select coalesce(json_agg(distinct a.attname), '[]'::json) from pg_depend e
        join pg_attribute a on a.attrelid = c.oid and a.attnum = e.refobjsubid
       where e.classid = 'pg_statistic_ext'::regclass and e.objid = x.oid
         and e.refclassid = 'pg_class'::regclass and e.refobjid = c.oid and e.refobjsubid > 0)
  ) order by xs.nspname, x.stxname), '[]'::json)
  from pg_statistic_ext x join pg_namespace xs on xs.oid = x.stxnamespace where x.stxrelid = c.oid)`;

const views = `(select coalesce(json_agg(json_build_object('name', v.name, 'columns', v.columns) order by v.name), '[]'::json)
  from (select w.ev_class::regclass::text as name, json_agg(distinct a.attname) filter (where a.attname is not null) as columns
          from pg_depend x join pg_rewrite w on w.oid = x.objid and x.classid = 'pg_rewrite'::regclass
          left join pg_attribute a on a.attrelid = c.oid and a.attnum = x.refobjsubid and x.refobjsubid > 0
         where x.refclassid = 'pg_class'::regclass and x.refobjid = c.oid and w.ev_class <> c.oid
         group by w.ev_class) v)`;

const query = `select json_build_object(
    'schema', s.nspname, 'name', c.relname,
    'kind', case when c.relkind = 'p' then 'partitioned' when c.relispartition then 'partition' else 'plain' end,
    'columns', ${columns},
    'primaryKey', coalesce((select ${names("k.conrelid", "k.conkey")} from pg_constraint k
                             where k.conrelid = c.oid and k.contype = 'p'), '[]'::json),
    'constraints', ${constraints},
    'indexes', ${indexes},
    'partitions', (select coalesce(json_agg(json_build_object('schema', ps.nspname, 'name', p.relname) order by ps.nspname, p.relname), '[]'::json)
                     from pg_inherits h join pg_class p on p.oid = h.inhrelid join pg_namespace ps on ps.oid = p.relnamespace
                    where h.inhparent = c.oid and p.relispartition),
    'hasHeirs', exists (select from pg_inherits h join pg_class p on p.oid = h.inhrelid
      where h.inhparent = c.oid and not p.relispartition and p.relkind in ('r', 'f')),
    'firesOnUpdate', exists (select from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal
      and g.tgenabled = 'O' and g.tgtype & 16 <> 0 and g.tgattr = ''),
    'triggers', (select coalesce(json_agg(g.tgname order by g.tgname), '[]'::json) from pg_trigger g
                  where g.tgrelid = c.oid and not g.tgisinternal),
    'statistics', ${statistics},
    'views', ${views},
    'rowEstimate', c.reltuples) as "table"
  from pg_class c join pg_namespace s on s.oid = c.relnamespace
 where c.relkind in ('r', 'p') and s.nspname !~ '^pg_' and s.nspname not in ('information_schema', 'interlock')
   and not exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
 order by s.nspname, c.relname`;
