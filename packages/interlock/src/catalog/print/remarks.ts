import { statementsQuery } from "./part.ts";

/** Comments, by what PostgreSQL itself calls an object. */
const comments = statementsQuery(`select format('comment on %s %s is %L',
    case when i.type like '% column' then 'column'
         when i.type in ('table constraint', 'domain constraint') then 'constraint'
         when i.type = 'composite type' then 'type'
         when i.type = 'foreign table' then 'table'
         when i.type = 'statistics object' then 'statistics'
         else i.type end,
    case i.type when 'domain constraint' then replace(i.identity, ' on ', ' on domain ') else i.identity end, d.description) as sql
  from pg_description d cross join lateral pg_identify_object(d.classoid, d.objoid, d.objsubid) i
 where i.type is not null and (i.schema is null or i.schema in (select quote_ident(nspname) from spaces))
   and i.type in ('schema', 'table', 'table column', 'view', 'view column', 'materialized view', 'materialized view column',
     'foreign table', 'foreign table column', 'composite type', 'composite type column', 'type', 'domain constraint',
     'table constraint', 'index', 'sequence', 'function', 'procedure', 'aggregate', 'trigger', 'policy', 'rule',
     'statistics object', 'collation')
   and (i.type <> 'schema' or d.objoid in (select oid from spaces))
   and not exists (select from members m where m.classid = d.classoid and m.objid = d.objoid)
   and (i.schema is not null or i.type in ('schema', 'table constraint', 'domain constraint', 'trigger', 'policy', 'rule'))
   and d.objoid >= 2200 and (d.objoid >= 16384 or d.description <> 'standard public schema')
 order by d.classoid, d.objoid, d.objsubid`);

interface Grantable {
  /** What GRANT calls it. */
  kind: string;
  from: string;
  id: string;
  catalog: string;
  name: string;
  acl: string;
  owner: string;
  where?: string;
  /** Everybody may something with it at first. */
  isOpen?: boolean;
  column?: string;
}

const relation = {
  from: "pg_class o join spaces s on s.oid = o.relnamespace",
  id: "o.oid",
  catalog: "pg_class",
};
const grantable: readonly Grantable[] = [
  {
    kind: "schema",
    from: "pg_namespace o join spaces s on s.oid = o.oid",
    id: "o.oid",
    catalog: "pg_namespace",
    name: "quote_ident(o.nspname)",
    acl: "o.nspacl",
    owner: "o.nspowner",
  },
  {
    kind: "table",
    ...relation,
    name: "o.oid::regclass::text",
    acl: "o.relacl",
    owner: "o.relowner",
    where: "o.relkind in ('r', 'p', 'v', 'm', 'f')",
  },
  {
    kind: "sequence",
    ...relation,
    name: "o.oid::regclass::text",
    acl: "o.relacl",
    owner: "o.relowner",
    where: "o.relkind = 'S'",
  },
  {
    kind: "table",
    from: "pg_attribute a join pg_class o on o.oid = a.attrelid join spaces s on s.oid = o.relnamespace",
    id: "o.oid",
    catalog: "pg_class",
    name: "o.oid::regclass::text",
    acl: "a.attacl",
    owner: "o.relowner",
    column: "a.attname",
    where: "not a.attisdropped",
  },
  {
    kind: "routine",
    from: "pg_proc o join spaces s on s.oid = o.pronamespace",
    id: "o.oid",
    catalog: "pg_proc",
    name: "o.oid::regprocedure::text",
    acl: "o.proacl",
    owner: "o.proowner",
    isOpen: true,
  },
  {
    kind: "type",
    from: "pg_type o join spaces s on s.oid = o.typnamespace",
    id: "o.oid",
    catalog: "pg_type",
    name: "o.oid::regtype::text",
    acl: "o.typacl",
    owner: "o.typowner",
    where: "o.typtype in ('e', 'c', 'd', 'r')",
    isOpen: true,
  },
];

function grants({
  kind,
  from,
  id,
  catalog,
  name,
  acl,
  owner,
  where = "true",
  isOpen = false,
  column,
}: Grantable): string[] {
  const kept = `${where} and ${acl} is not null
     and not exists (select from members m where m.classid = 'pg_catalog.${catalog}'::regclass and m.objid = ${id})`;
  const word =
    column === undefined
      ? "lower(g.privilege_type)"
      : `format('%s (%I)', lower(g.privilege_type), ${column})`;
  const closed = statementsQuery(
    `select format('revoke all on ${kind} %s from public', ${name}) as sql from ${from} where ${kept} order by ${id}`,
  );
  const given =
    statementsQuery(`select format('grant %s on ${kind} %s to %s%s', string_agg(${word}, ', ' order by g.number), ${name},
      case g.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,
      case when g.is_grantable then ' with grant option' end) as sql
    from ${from} cross join lateral (select x.*, row_number() over () as number from aclexplode(${acl}) x) g
   where ${kept} and g.grantee <> ${owner}
   group by ${id}, ${name}, g.grantee, g.is_grantable order by ${id}, min(g.number)`);
  return isOpen || kind === "schema" ? [closed, given] : [given];
}

export const remarkQueries: readonly string[] = [comments, ...grantable.flatMap(grants)];
