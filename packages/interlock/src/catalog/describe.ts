import type { ClientBase } from "pg";

/**
 * A schema as a map: what an object is called → how it is defined, in PostgreSQL's own words. Column order and
 * physical numbers are left out, so two databases with equal maps behave alike.
 */
export type CatalogDescription = ReadonlyMap<string, string>;

/** Interlock's own objects, which are no part of the user's schema. */
const ours = "interlock";

/** Reads the description of every schema of the user's in the database that `client` is connected to. */
export async function describeCatalog(client: ClientBase): Promise<CatalogDescription> {
  return describe(client, everything);
}

/**
 * The same without what differs from one database to the next though its structure is the same: grants, comments, and
 * the constraints that PostgreSQL 18 makes of NOT NULL, which the columns say already.
 */
export async function describeStructure(client: ClientBase): Promise<CatalogDescription> {
  return describe(client, structureOnly);
}

async function describe(client: ClientBase, query: string): Promise<CatalogDescription> {
  // With nothing on the search path PostgreSQL prints every name with its schema, whoever asks.
  const path = await client.query<{ path: string }>("select current_setting('search_path') as path");
  await client.query("select set_config('search_path', '', false)");
  const { rows } = await client.query<{ object: string; definition: string | null }>(query);
  await client.query("select set_config('search_path', $1::text, false)", [path.rows[0]?.path]);
  return new Map(rows.map(({ object, definition }) => [object, definition ?? ""]));
}

export interface CatalogDifference {
  object: string;
  /** Undefined where the object isn't there at all. */
  left: string | undefined;
  right: string | undefined;
}

/** Every object that one side lacks or that is defined otherwise, in order of name. */
export function compareCatalogs(left: CatalogDescription, right: CatalogDescription): CatalogDifference[] {
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((object) => left.get(object) !== right.get(object))
    .toSorted()
    .map((object) => ({ object, left: left.get(object), right: right.get(object) }));
}

const userSchemas = `with spaces as (
  select oid, nspname, nspacl, nspowner from pg_namespace
   where nspname !~ '^pg_' and nspname not in ('information_schema', '${ours}')
), members as (
  -- What belongs to an extension comes and goes with it.
  select classid, objid from pg_depend where deptype = 'e'
)`;

/**
 * Who may do what, in order, without what the owner may do anyway: the owner is called that, so that databases of
 * other owners compare.
 */
const rights = (acl: string, owner: string, kind: string): string => {
  const listed = (of: string): string =>
    `(select string_agg(concat(case x.grantee when 0 then 'public' when ${owner} then 'owner' else x.grantee::regrole::text end,
        ' ', x.privilege_type, case when x.is_grantable then ' with grant option' end), ', ' order by pg_get_userbyid(x.grantee), x.privilege_type)
        from aclexplode(${of}) x)`;
  const byItself = kind === "c" ? "null::text" : listed(`acldefault('${kind}', ${owner})`);
  return `case when ${acl} is not null and ${listed(acl)} is distinct from ${byItself} then 'rights ' || coalesce(${listed(acl)}, 'none') end`;
};

/** What initdb gives to everybody in schema public, which is not as other schemas are. */
const rightsInPublic = "rights owner CREATE, owner USAGE, public USAGE";

/** An owner other than the one who asks: on a shadow everything belongs to that one unless a change gives it away. */
const otherOwner = (owner: string): string =>
  `case when ${owner} <> (select oid from pg_roles where rolname = current_user) then 'owner ' || ${owner}::regrole::text end`;

/** `remark` is put around what is a grant or a comment; `leftOut` are the kinds of constraint that are passed over. */
const queriesOf = ({
  remark,
  leftOut,
}: {
  remark: (expression: string) => string;
  leftOut: string;
}): string[] => [
  `select format('schema %I', nspname),
          concat_ws(' ', ${remark("obj_description(oid, 'pg_namespace')")}, ${remark(`nullif(${rights("nspacl", "nspowner", "n")}, case when nspname = 'public' then '${rightsInPublic}' end)`)},
            ${remark(`case when nspname <> 'public' then ${otherOwner("nspowner")} end`)}) from spaces`,
  `select format('extension %I', extname), extversion from pg_extension`,
  `select format('type %s', t.oid::regtype),
          concat_ws(' ', t.typtype::text,
            (select string_agg(quote_literal(enumlabel), ', ' order by enumsortorder) from pg_enum where enumtypid = t.oid),
            case when t.typtype = 'd' then concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
              case when t.typnotnull then 'not null' end, t.typdefault,
              (select string_agg(conname || ' ' || pg_get_constraintdef(c.oid), ', ' order by conname)
                 from pg_constraint c where contypid = t.oid)) end,
            (select concat_ws(' ', r.rngsubtype::regtype, nullif(r.rngsubdiff::oid, 0)::regprocedure, nullif(r.rngcollation, 0)::regcollation,
                nullif(r.rngcanonical::oid, 0)::regprocedure) from pg_range r where r.rngtypid = t.oid),
            ${remark("obj_description(t.oid, 'pg_type')")}, ${remark(rights("t.typacl", "t.typowner", "T"))}, ${remark(otherOwner("t.typowner"))})
     from pg_type t join spaces s on s.oid = t.typnamespace
    where t.typtype in ('e', 'd', 'r')
      and not exists (select from members where classid = 'pg_type'::regclass and objid = t.oid)`,
  `select format('%s %s', case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view'
                               when 'c' then 'composite type' when 'f' then 'foreign table' else 'table' end, c.oid::regclass),
          concat_ws(' ', c.relpersistence, c.reloptions::text,
            ${remark(`case when c.relkind = 'S' then ${rights("c.relacl", "c.relowner", "s")} else ${rights("c.relacl", "c.relowner", "r")} end`)},
            ${remark(otherOwner("c.relowner"))},
            (select 'toast ' || o.reloptions::text from pg_class o where o.oid = c.reltoastrelid),
            (select 'using ' || m.amname from pg_am m where m.oid = c.relam and m.amname <> 'heap'),
            (select 'tablespace ' || e.spcname from pg_tablespace e where e.oid = c.reltablespace),
            case when c.relrowsecurity then 'row level security' end,
            case when c.relforcerowsecurity then 'forced' end,
            case when c.relreplident <> 'd' then 'replica identity ' || c.relreplident::text end,
            pg_get_partkeydef(c.oid), pg_get_expr(c.relpartbound, c.oid),
            (select string_agg('inherits ' || inhparent::regclass::text, ', ' order by inhseqno) from pg_inherits where inhrelid = c.oid),
            case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
            ${remark("obj_description(c.oid, 'pg_class')")})
     from pg_class c join spaces s on s.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')
      and not exists (select from members where classid = 'pg_class'::regclass and objid = c.oid)`,
  `select format('column %s.%I', c.oid::regclass, a.attname),
          concat_ws(' ', format_type(a.atttypid, a.atttypmod),
            case when a.attcollation <> t.typcollation then 'collate ' || a.attcollation::regcollation::text end,
            case when a.attnotnull then 'not null' end,
            case a.attgenerated when '' then 'default' when 's' then 'generated stored' else 'generated virtual' end
              || ' ' || pg_get_expr(d.adbin, d.adrelid),
            case a.attidentity when 'a' then 'identity always' when 'd' then 'identity by default' end,
            case when a.attstorage <> t.typstorage then 'storage ' || a.attstorage::text end,
            case when a.attcompression <> '' then 'compression ' || a.attcompression::text end,
            'statistics ' || nullif(a.attstattarget, -1), a.attoptions::text,
            ${remark(rights("a.attacl", "c.relowner", "c"))},
            ${remark("col_description(c.oid, a.attnum)")})
     from pg_attribute a join pg_class c on c.oid = a.attrelid join spaces s on s.oid = c.relnamespace
     join pg_type t on t.oid = a.atttypid
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'f', 'c')
      and not exists (select from members where classid = 'pg_class'::regclass and objid = c.oid)`,
  // A view's definition says its columns; these are what was put on them afterwards.
  `select format('column %s.%I', c.oid::regclass, a.attname), parts.said
     from pg_attribute a join pg_class c on c.oid = a.attrelid join spaces s on s.oid = c.relnamespace
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    cross join lateral (select concat_ws(' ', 'default ' || pg_get_expr(d.adbin, d.adrelid), ${remark(rights("a.attacl", "c.relowner", "c"))},
            'statistics ' || nullif(a.attstattarget, -1), ${remark("col_description(c.oid, a.attnum)")}) as said) parts
    where a.attnum > 0 and not a.attisdropped and c.relkind in ('v', 'm', 'i', 'I') and parts.said <> ''
      and not exists (select from members where classid = 'pg_class'::regclass and objid = c.oid)`,
  `select format('constraint %s %I', k.conrelid::regclass, k.conname),
          concat_ws(' ', pg_get_constraintdef(k.oid), ${remark("obj_description(k.oid, 'pg_constraint')")})
     from pg_constraint k join spaces s on s.oid = k.connamespace where k.conrelid <> 0 and k.contype not in (${leftOut})`,
  `select format('index %s', i.indexrelid::regclass),
          concat_ws(' ', pg_get_indexdef(i.indexrelid), case when not i.indisvalid then 'invalid' end,
            case when i.indisclustered then 'clustered' end, case when i.indisreplident then 'replica identity' end,
            ${remark("obj_description(i.indexrelid, 'pg_class')")})
     from pg_index i join pg_class c on c.oid = i.indexrelid join spaces s on s.oid = c.relnamespace`,
  `select format('sequence %s settings', q.seqrelid::regclass),
          concat_ws(' ', q.seqtypid::regtype, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle,
            (select format('owned by %s.%I', d.refobjid::regclass, a.attname) from pg_depend d
               join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
              where d.classid = 'pg_class'::regclass and d.objid = q.seqrelid and d.deptype in ('a', 'i')))
     from pg_sequence q join pg_class c on c.oid = q.seqrelid join spaces s on s.oid = c.relnamespace`,
  `select format('function %s', p.oid::regprocedure),
          concat_ws(' ', case when p.prokind <> 'a' then pg_get_functiondef(p.oid) else 'aggregate' end,
            ${remark(rights("p.proacl", "p.proowner", "f"))}, ${remark("obj_description(p.oid, 'pg_proc')")}, ${remark(otherOwner("p.proowner"))},
            (select concat_ws(' ', g.aggtransfn, g.aggtranstype::regtype, nullif(g.aggfinalfn::oid, 0)::regprocedure, g.agginitval)
               from pg_aggregate g where g.aggfnoid = p.oid))
     from pg_proc p join spaces s on s.oid = p.pronamespace
    where not exists (select from members where classid = 'pg_proc'::regclass and objid = p.oid)`,
  `select format('trigger %s %I', g.tgrelid::regclass, g.tgname),
          concat_ws(' ', pg_get_triggerdef(g.oid), g.tgenabled, ${remark("obj_description(g.oid, 'pg_trigger')")})
     from pg_trigger g join pg_class c on c.oid = g.tgrelid join spaces s on s.oid = c.relnamespace where not g.tgisinternal`,
  `select format('policy %s %I', y.polrelid::regclass, y.polname),
          concat_ws(' ', y.polcmd, y.polpermissive, y.polroles::regrole[]::text, pg_get_expr(y.polqual, y.polrelid),
            'check ' || pg_get_expr(y.polwithcheck, y.polrelid), ${remark("obj_description(y.oid, 'pg_policy')")})
     from pg_policy y join pg_class c on c.oid = y.polrelid join spaces s on s.oid = c.relnamespace`,
  `select format('rule %s %I', r.ev_class::regclass, r.rulename), concat_ws(' ', pg_get_ruledef(r.oid), r.ev_enabled, ${remark("obj_description(r.oid, 'pg_rewrite')")})
     from pg_rewrite r join pg_class c on c.oid = r.ev_class join spaces s on s.oid = c.relnamespace where r.rulename <> '_RETURN'`,
  `select format('statistics %I.%I', s.nspname, x.stxname), concat_ws(' ', x.stxrelid::regclass, x.stxkind::text,
          -- In the order of their names: PostgreSQL keeps them in that of the table's columns.
          (select string_agg(quote_ident(a.attname), ', ' order by a.attname) from pg_attribute a
            where a.attrelid = x.stxrelid and a.attnum = any (x.stxkeys::smallint[])),
          pg_get_statisticsobjdef_expressions(x.oid)::text, nullif(x.stxstattarget, -1),
          ${remark("obj_description(x.oid, 'pg_statistic_ext')")})
     from pg_statistic_ext x join spaces s on s.oid = x.stxnamespace`,
  `select format('publication %I', p.pubname),
          concat_ws(' ', puballtables, pubinsert, pubupdate, pubdelete, pubtruncate,
            case when pubviaroot then 'via root' end,
            (select string_agg(concat_ws(' ', r.prrelid::regclass::text, pg_get_expr(r.prqual, r.prrelid),
                (select string_agg(a.attname, ' ' order by a.attname) from pg_attribute a where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::smallint[]))),
                ', ' order by r.prrelid::regclass::text) from pg_publication_rel r where r.prpubid = p.oid),
            (select string_agg('schema ' || n.pnnspid::regnamespace::text, ', ' order by n.pnnspid::regnamespace::text) from pg_publication_namespace n where n.pnpubid = p.oid),
            ${remark("obj_description(p.oid, 'pg_publication')")})
     from pg_publication p`,
  `select format('default rights %s %s %s', d.defaclobjtype, d.defaclrole::regrole, d.defaclnamespace::regnamespace),
          ${remark(rights("d.defaclacl", "d.defaclrole", "c"))} from pg_default_acl d`,
];

const asQuery = (parts: readonly string[]): string =>
  `${userSchemas}, parts (object, definition) as (${parts.join("\nunion all\n")}) select object, definition from parts`;

const everything = asQuery(queriesOf({ remark: (expression) => expression, leftOut: "'t'" }));
const structureOnly = asQuery(queriesOf({ remark: () => "null::text", leftOut: "'t', 'n'" }));
