import { partsQuery } from "./part.ts";

const owned = "join spaces s on s.oid = t.typnamespace";

export const typeQueries: readonly string[] = [
  partsQuery(
    "pg_collation",
    `select c.oid, format('create collation %s (provider = %s, %s%s)', c.oid::regcollation,
              case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
              coalesce(format('locale = %L', coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale')),
                format('lc_collate = %L, lc_ctype = %L', c.collcollate, c.collctype)),
              case when not c.collisdeterministic then ', deterministic = false' end)
       from pg_collation c join spaces s on s.oid = c.collnamespace`,
  ),
  partsQuery(
    "pg_type",
    `select t.oid, format('create type %s as enum (%s)', t.oid::regtype,
              (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid))
       from pg_type t ${owned} where t.typtype = 'e'`,
  ),
  partsQuery(
    "pg_type",
    `select t.oid, concat_ws(' ', format('create domain %s as %s', t.oid::regtype, format_type(t.typbasetype, t.typtypmod)),
              case when t.typcollation <> b.typcollation then 'collate ' || t.typcollation::regcollation end,
              'default ' || coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)),
              case when t.typnotnull and not exists (select from pg_constraint where contypid = t.oid and contype = 'n') then 'not null' end,
              (select string_agg(format('constraint %I %s', conname, pg_get_constraintdef(k.oid)), ' ' order by conname)
                 from pg_constraint k where contypid = t.oid and k.convalidated))
       from pg_type t ${owned} join pg_type b on b.oid = t.typbasetype where t.typtype = 'd'`,
  ),
  partsQuery(
    "pg_type",
    `select t.oid, format('create type %s as range (%s)', t.oid::regtype, concat_ws(', ',
              'subtype = ' || format_type(r.rngsubtype, null),
              'subtype_opclass = ' || (select format('%I.%I', n.nspname, o.opcname) from pg_opclass o
                 join pg_namespace n on n.oid = o.opcnamespace where o.oid = r.rngsubopc),
              case when r.rngcollation <> 0 then 'collation = ' || r.rngcollation::regcollation end,
              case when r.rngsubdiff <> 0 then 'subtype_diff = ' || r.rngsubdiff::regproc end,
              'multirange_type_name = ' || r.rngmultitypid::regtype))
       from pg_type t ${owned} join pg_range r on r.rngtypid = t.oid where t.typtype = 'r'`,
  ),
  partsQuery(
    "pg_class",
    `select c.oid, format('create type %s as (%s)', c.oid::regclass,
              (select string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                        case when a.attcollation <> t.typcollation then 'collate ' || a.attcollation::regcollation end), ', ' order by a.attnum)
                 from pg_attribute a join pg_type t on t.oid = a.atttypid
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped))
       from pg_class c join spaces s on s.oid = c.relnamespace where c.relkind = 'c'`,
  ),
];
