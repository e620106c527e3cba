import { statementsQuery } from "./part.ts";

const ofRelation = (alias: string, relation: string): string =>
  `join pg_class c on c.oid = ${alias}.${relation} join spaces s on s.oid = c.relnamespace
     and not exists (select from members where classid = 'pg_class'::regclass and objid = c.oid)`;

const enabled = (what: string, state: string, name: string): string =>
  `case ${state} when 'D' then format('; alter table %s disable ${what} %I', c.oid::regclass, ${name})
     when 'R' then format('; alter table %s enable replica ${what} %I', c.oid::regclass, ${name})
     when 'A' then format('; alter table %s enable always ${what} %I', c.oid::regclass, ${name}) end`;

/** What is done to objects that are there, in this order. */
export const afterwardsQueries: readonly string[] = [
  statementsQuery(`select format('alter sequence %s owned by %s.%I', c.oid::regclass, d.refobjid::regclass, a.attname) as sql
     from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid ${ofRelation("d", "objid")}
    where d.classid = 'pg_class'::regclass and d.deptype = 'a' and c.relkind = 'S' order by c.oid`),
  statementsQuery(`select format('alter table only %s attach partition %s %s', i.inhparent::regclass, c.oid::regclass, pg_get_expr(c.relpartbound, c.oid)) as sql
     from pg_inherits i ${ofRelation("i", "inhrelid")} where c.relispartition and c.relkind in ('r', 'p', 'f') order by c.oid`),
  statementsQuery(`select format('alter index %s attach partition %s', i.inhparent::regclass, c.oid::regclass) as sql
     from pg_inherits i ${ofRelation("i", "inhrelid")} where c.relkind in ('i', 'I') order by c.oid desc`),
  statementsQuery(`select format('alter table %s add constraint %I %s', c.oid::regclass, k.conname, pg_get_constraintdef(k.oid)) as sql
     from pg_constraint k ${ofRelation("k", "conrelid")} where k.contype = 'f' and k.conparentid = 0 order by k.oid`),
  statementsQuery(`select concat_ws('; ',
        case when c.relrowsecurity then format('alter table %s enable row level security', c.oid::regclass) end,
        case when c.relforcerowsecurity then format('alter table %s force row level security', c.oid::regclass) end,
        case c.relreplident when 'f' then format('alter table %s replica identity full', c.oid::regclass)
          when 'n' then format('alter table %s replica identity nothing', c.oid::regclass)
          when 'i' then (select format('alter table %s replica identity using index %I', c.oid::regclass, x.relname)
            from pg_index i join pg_class x on x.oid = i.indexrelid where i.indrelid = c.oid and i.indisreplident) end,
        (select format('alter table %s cluster on %I', c.oid::regclass, x.relname)
           from pg_index i join pg_class x on x.oid = i.indexrelid where i.indrelid = c.oid and i.indisclustered)) as sql
     from pg_class r ${ofRelation("r", "oid")} where c.relkind in ('r', 'p', 'm') order by c.oid`),
  statementsQuery(`select concat_ws('; ',
        case when a.attstorage <> t.typstorage then format('alter table %s alter column %I set storage %s', c.oid::regclass, a.attname,
          case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end) end,
        case a.attcompression when 'p' then format('alter table %s alter column %I set compression pglz', c.oid::regclass, a.attname)
          when 'l' then format('alter table %s alter column %I set compression lz4', c.oid::regclass, a.attname) end,
        format('alter table %s alter column %I set statistics ', c.oid::regclass, a.attname) || nullif(a.attstattarget, -1),
        format('alter table %s alter column %I set (', c.oid::regclass, a.attname) || array_to_string(a.attoptions, ', ') || ')') as sql
     from pg_attribute a join pg_type t on t.oid = a.atttypid ${ofRelation("a", "attrelid")}
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p')
      and (a.attstorage <> t.typstorage or a.attcompression <> '' or a.attstattarget <> -1 or a.attoptions is not null)
    order by c.oid, a.attnum`),
  statementsQuery(`select rtrim(pg_get_ruledef(r.oid), ';') || coalesce(${enabled("rule", "r.ev_enabled", "r.rulename")}, '') as sql
     from pg_rewrite r ${ofRelation("r", "ev_class")} where r.rulename <> '_RETURN' order by r.oid`),
  statementsQuery(`select pg_get_triggerdef(g.oid) || coalesce(${enabled("trigger", "g.tgenabled", "g.tgname")}, '') as sql
     from pg_trigger g ${ofRelation("g", "tgrelid")} where not g.tgisinternal and g.tgparentid = 0 order by g.oid`),
  statementsQuery(`select concat_ws(' ', format('create policy %I on %s as %s for %s to %s', p.polname, c.oid::regclass,
        case when p.polpermissive then 'permissive' else 'restrictive' end,
        case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
        (select string_agg(case r when 0 then 'public' else quote_ident(pg_get_userbyid(r)) end, ', ') from unnest(p.polroles) r)),
        'using (' || pg_get_expr(p.polqual, p.polrelid) || ')', 'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') as sql
     from pg_policy p ${ofRelation("p", "polrelid")} order by p.oid`),
  statementsQuery(`select pg_get_statisticsobjdef(x.oid) as sql
     from pg_statistic_ext x join spaces s on s.oid = x.stxnamespace order by x.oid`),
];
