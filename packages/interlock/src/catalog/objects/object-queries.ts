import { options } from "../print/part.ts";
import type { ObjectKind } from "./schema-object.ts";

/** How one kind of object is read: its catalog, and a query for its number, its relation and its statements. */
export interface ObjectQuery {
  kind: ObjectKind;
  catalog: string;
  /** Selects `id`, `relation` (an oid or null), `definition`, `extra` (statements that follow it) and `drop`. */
  select: string;
}

const statements = (...parts: readonly string[]): string =>
  `array_remove(${parts.map((part) => `coalesce(${part}, '{}'::text[])`).join(" || ")}, null)`;

/** Only an owner who is not the one who makes it needs a statement. */
const owner = (kind: string, name: string, id: string): string =>
  `case when ${id} <> current_user::regrole::oid then array[format('alter ${kind} %s owner to %s', ${name}, ${id}::regrole)] end`;

const comment = (kind: string, name: string, id: string, catalog: string): string =>
  `(select array_agg(format('comment on ${kind} %s is %L', ${name}, d.description)) from pg_description d
     where d.classoid = 'pg_catalog.${catalog}'::regclass and d.objoid = ${id} and d.objsubid = 0)`;

const columnComments = `(select array_agg(format('comment on column %s.%I is %L', c.oid::regclass, a.attname, d.description) order by a.attnum)
  from pg_description d join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid
 where d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid)`;

const grants = (kind: string, name: string, acl: string, ownedBy: string, column?: string): string =>
  `(select array_agg(format('grant %s on ${kind} %s to %s%s', ${
    column === undefined ? "lower(g.privilege_type)" : `format('%s (%I)', lower(g.privilege_type), ${column})`
  }, ${name},
      case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
      case when g.is_grantable then ' with grant option' end) order by g.grantee, g.privilege_type)
    from aclexplode(${acl}) g where g.grantee <> ${ownedBy})`;

const columnGrants = `(select array_agg(format('grant %s (%I) on table %s to %s%s', lower(g.privilege_type), a.attname, c.oid::regclass,
      case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
      case when g.is_grantable then ' with grant option' end) order by a.attnum, g.grantee, g.privilege_type)
    from pg_attribute a cross join lateral aclexplode(a.attacl) g where a.attrelid = c.oid and a.attacl is not null)`;

const columnDefaults = `(select array_agg(format('alter view %s alter column %I set default %s', c.oid::regclass, a.attname, pg_get_expr(f.adbin, f.adrelid)) order by a.attnum)
  from pg_attrdef f join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum where f.adrelid = c.oid)`;

const materialisedIndexes = `(select array_agg(x.sql order by x.place) from (
    select i.indexrelid as place, pg_get_indexdef(i.indexrelid) as sql from pg_index i where i.indrelid = c.oid
    union all select i.indexrelid, format('alter materialized view %s cluster on %I', c.oid::regclass, n.relname)
      from pg_index i join pg_class n on n.oid = i.indexrelid where i.indrelid = c.oid and i.indisclustered) x)`;

const enabled = (what: string, state: string, name: string): string =>
  `case ${state} when 'D' then array[format('alter table %s disable ${what} %I', c.oid::regclass, ${name})]
     when 'R' then array[format('alter table %s enable replica ${what} %I', c.oid::regclass, ${name})]
     when 'A' then array[format('alter table %s enable always ${what} %I', c.oid::regclass, ${name})] end`;

const named = "c.oid::regclass::text";

/** Every kind, the ones that others stand on first. */
export const objectQueries: readonly ObjectQuery[] = [
  {
    kind: "function",
    catalog: "pg_proc",
    select: `select p.oid as id, null::oid as relation, pg_get_functiondef(p.oid) as definition,
        ${statements(
          owner("routine", "p.oid::regprocedure", "p.proowner"),
          `case when p.proacl is not null then array[format('revoke all on routine %s from public', p.oid::regprocedure)] end`,
          grants("routine", "p.oid::regprocedure", "p.proacl", "p.proowner"),
          comment("routine", "p.oid::regprocedure", "p.oid", "pg_proc"),
        )} as extra,
        format('drop routine %s', p.oid::regprocedure) as drop
      from pg_proc p join spaces s on s.oid = p.pronamespace join pg_language l on l.oid = p.prolang
     where p.prokind <> 'a' and l.lanname not in ('c', 'internal')
       and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')`,
  },
  {
    kind: "view",
    catalog: "pg_class",
    select: `select c.oid as id, c.oid as relation,
        format('create view %s%s as %s', ${named}, ' with (' || ${options("c.reloptions")} || ')', rtrim(pg_get_viewdef(c.oid), ';')) as definition,
        ${statements(
          columnDefaults,
          owner("view", named, "c.relowner"),
          grants("table", named, "c.relacl", "c.relowner"),
          columnGrants,
          comment("view", named, "c.oid", "pg_class"),
          columnComments,
        )} as extra,
        format('drop view %s', ${named}) as drop
      from pg_class c join spaces s on s.oid = c.relnamespace where c.relkind = 'v'`,
  },
  {
    kind: "materialized view",
    catalog: "pg_class",
    select: `select c.oid as id, c.oid as relation,
        format('create materialized view %s%s as %s%s', ${named}, ' with (' || ${options("c.reloptions")} || ')',
          rtrim(pg_get_viewdef(c.oid), ';'), case when not c.relispopulated then ' with no data' end) as definition,
        ${statements(
          materialisedIndexes,
          owner("materialized view", named, "c.relowner"),
          grants("table", named, "c.relacl", "c.relowner"),
          columnGrants,
          comment("materialized view", named, "c.oid", "pg_class"),
          columnComments,
        )} as extra,
        format('drop materialized view %s', ${named}) as drop
      from pg_class c join spaces s on s.oid = c.relnamespace where c.relkind = 'm'`,
  },
  {
    kind: "generated column",
    catalog: "pg_attrdef",
    select: `select f.oid as id, c.oid as relation,
        format('alter table %s add column %I %s generated always as (%s) %s', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),
          pg_get_expr(f.adbin, f.adrelid), case a.attgenerated when 's' then 'stored' else 'virtual' end) as definition,
        '{}'::text[] as extra, format('alter table %s drop column %I', c.oid::regclass, a.attname) as drop
      from pg_attrdef f join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum
      join pg_class c on c.oid = f.adrelid join spaces s on s.oid = c.relnamespace where a.attgenerated <> ''`,
  },
  {
    kind: "trigger",
    catalog: "pg_trigger",
    select: `select g.oid as id, c.oid as relation, pg_get_triggerdef(g.oid) as definition,
        ${statements(
          enabled("trigger", "g.tgenabled", "g.tgname"),
          comment("trigger", `format('%I on %s', g.tgname, c.oid::regclass)`, "g.oid", "pg_trigger"),
        )} as extra,
        format('drop trigger %I on %s', g.tgname, c.oid::regclass) as drop
      from pg_trigger g join pg_class c on c.oid = g.tgrelid join spaces s on s.oid = c.relnamespace
     where not g.tgisinternal and g.tgparentid = 0`,
  },
  {
    kind: "policy",
    catalog: "pg_policy",
    select: `select p.oid as id, c.oid as relation,
        concat_ws(' ', format('create policy %I on %s as %s for %s to %s', p.polname, c.oid::regclass,
          case when p.polpermissive then 'permissive' else 'restrictive' end,
          case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
          (select string_agg(case r when 0 then 'public' else quote_ident(pg_get_userbyid(r)) end, ', ') from unnest(p.polroles) r)),
          'using (' || pg_get_expr(p.polqual, p.polrelid) || ')', 'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') as definition,
        ${statements(comment("policy", `format('%I on %s', p.polname, c.oid::regclass)`, "p.oid", "pg_policy"))} as extra,
        format('drop policy %I on %s', p.polname, c.oid::regclass) as drop
      from pg_policy p join pg_class c on c.oid = p.polrelid join spaces s on s.oid = c.relnamespace`,
  },
  {
    kind: "rule",
    catalog: "pg_rewrite",
    select: `select r.oid as id, c.oid as relation, rtrim(pg_get_ruledef(r.oid), ';') as definition,
        ${statements(
          enabled("rule", "r.ev_enabled", "r.rulename"),
          comment("rule", `format('%I on %s', r.rulename, c.oid::regclass)`, "r.oid", "pg_rewrite"),
        )} as extra,
        format('drop rule %I on %s', r.rulename, c.oid::regclass) as drop
      from pg_rewrite r join pg_class c on c.oid = r.ev_class join spaces s on s.oid = c.relnamespace where r.rulename <> '_RETURN'`,
  },
  {
    kind: "statistics",
    catalog: "pg_statistic_ext",
    select: `select x.oid as id, c.oid as relation, pg_get_statisticsobjdef(x.oid) as definition,
        ${statements(
          `case when x.stxstattarget >= 0 then array[format('alter statistics %I.%I set statistics %s', n.nspname, x.stxname, x.stxstattarget)] end`,
          owner("statistics", `format('%I.%I', n.nspname, x.stxname)`, "x.stxowner"),
          comment("statistics", `format('%I.%I', n.nspname, x.stxname)`, "x.oid", "pg_statistic_ext"),
        )} as extra,
        format('drop statistics %I.%I', n.nspname, x.stxname) as drop
      from pg_statistic_ext x join pg_class c on c.oid = x.stxrelid join spaces s on s.oid = c.relnamespace
      join pg_namespace n on n.oid = x.stxnamespace`,
  },
  {
    kind: "publication",
    catalog: "pg_publication_rel",
    select: `select r.oid as id, c.oid as relation,
        concat_ws(' ', format('alter publication %I add table only %s', p.pubname, c.oid::regclass),
          '(' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
                   where a.attrelid = c.oid and a.attnum = any (r.prattrs::int2[])) || ')',
          'where (' || pg_get_expr(r.prqual, r.prrelid) || ')') as definition,
        '{}'::text[] as extra, format('alter publication %I drop table only %s', p.pubname, c.oid::regclass) as drop
      from pg_publication_rel r join pg_publication p on p.oid = r.prpubid
      join pg_class c on c.oid = r.prrelid join spaces s on s.oid = c.relnamespace`,
  },
];
