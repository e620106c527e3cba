import type { ClientBase } from "pg";
import { common } from "../print/part.ts";
import { objectQueries, type ObjectQuery } from "./object-queries.ts";
import type { ColumnUse, SchemaObject } from "./schema-object.ts";

interface Row {
  key: string;
  identity: string;
  relation: { schema: string; name: string } | null;
  definition: string;
  extra: string[];
  drop: string;
}

/**
 * Every view, function, trigger, policy, rule, generated column, statistics object and published table of the
 * user's schemas, the ones that others stand on first.
 */
export async function readObjects(client: ClientBase): Promise<SchemaObject[]> {
  const path = await client.query<{ path: string }>("select current_setting('search_path') as path");
  // With nothing on the search path PostgreSQL prints every name with its schema.
  await client.query("select set_config('search_path', '', false)");
  try {
    const read: { row: Row; query: ObjectQuery }[] = [];
    for (const query of objectQueries) {
      const { rows } = await client.query<Row>(objectsQuery(query));
      read.push(...rows.map((row) => ({ row, query })));
    }
    const uses = await client.query<Use>(usesQuery);
    return inOrder(
      read.map(({ row, query }) => toObject(row, query, uses.rows)),
      new Map(read.map(({ row }) => [row.key, row.identity])),
      uses.rows,
    );
  } finally {
    await client.query("select set_config('search_path', $1::text, false)", [path.rows[0]?.path]);
  }
}

const objectsQuery = ({ catalog, select }: ObjectQuery): string => `with ${common}, made as (${select})
  select '${catalog}:' || made.id as key, i.type || ' ' || i.identity as identity,
         case when c.oid is not null then json_build_object('schema', n.nspname, 'name', c.relname) end as relation,
         made.definition, made.extra, made.drop
    from made cross join lateral pg_identify_object('pg_catalog.${catalog}'::regclass, made.id, 0) i
    left join pg_class c on c.oid = made.relation left join pg_namespace n on n.oid = c.relnamespace
   where not exists (select from members where classid = 'pg_catalog.${catalog}'::regclass and objid = made.id)
     and not exists (select from members where classid = 'pg_catalog.pg_class'::regclass and objid = made.relation)
   order by made.id`;

interface Use {
  key: string;
  /** Of the object that it needs, as a key; the relation and column where that is one. */
  of: string;
  use: ColumnUse | null;
}

/**
 * What needs what. A view's rule stands for the view, and the row type of a relation for the relation.
 */
const usesQuery = `with stands (key, "as") as (
    select 'pg_rewrite:' || oid, 'pg_class:' || ev_class from pg_rewrite where rulename = '_RETURN'
    union all select 'pg_type:' || oid, 'pg_class:' || typrelid from pg_type where typrelid <> 0
    union all select 'pg_type:' || a.oid, 'pg_class:' || t.typrelid from pg_type a join pg_type t on t.oid = a.typelem where t.typrelid <> 0
  ), depends as (
    -- What a generated column reads is said of the column.
    select coalesce('pg_attrdef:' || f.oid, d.classid::regclass::text || ':' || d.objid) as key,
           d.refclassid::regclass::text || ':' || d.refobjid as of, d.refobjsubid
      from pg_depend d
      left join (pg_attrdef f join pg_attribute g on g.attrelid = f.adrelid and g.attnum = f.adnum and g.attgenerated <> '')
        on d.classid = 'pg_class'::regclass and f.adrelid = d.objid and f.adnum = d.objsubid
     where d.objid >= 16384 and d.refobjid >= 16384 and d.deptype in ('n', 'a', 'i')
  ), resolved as (
    select coalesce(k."as", d.key) as key, coalesce(o."as", d.of) as of, d.refobjsubid from depends d
      left join stands k on k.key = d.key left join stands o on o.key = d.of
  )
  select distinct r.key, r.of,
         case when c.oid is not null then jsonb_build_object('schema', n.nspname, 'name', c.relname, 'column', a.attname) end as use
    from resolved r
    left join pg_class c on r.of = 'pg_class:' || c.oid left join pg_namespace n on n.oid = c.relnamespace
    left join pg_attribute a on a.attrelid = c.oid and a.attnum = r.refobjsubid and a.attnum > 0
   where r.key <> r.of`;

function toObject(row: Row, query: ObjectQuery, uses: readonly Use[]): SchemaObject {
  const own = uses.filter(({ key }) => key === row.key);
  return {
    identity: row.identity,
    kind: query.kind,
    relation: row.relation,
    definition: row.definition,
    create: [row.definition, ...row.extra],
    drop: row.drop,
    reads: own.flatMap(({ use }) => (use === null ? [] : [use])),
    needs: [],
  };
}

function inOrder(
  objects: readonly SchemaObject[],
  identities: ReadonlyMap<string, string>,
  uses: readonly Use[],
): SchemaObject[] {
  const byIdentity = new Map(objects.map((object) => [object.identity, object]));
  for (const { key, of } of uses) {
    const [one, other] = [identities.get(key), identities.get(of)];
    if (one === undefined || other === undefined) continue;
    byIdentity.get(one)?.needs.push(other);
  }
  const ordered = new Set<SchemaObject>();
  const visiting = new Set<string>();
  const visit = (object: SchemaObject): void => {
    if (visiting.has(object.identity)) return;
    visiting.add(object.identity);
    for (const needed of object.needs) {
      const other = byIdentity.get(needed);
      if (other !== undefined) visit(other);
    }
    ordered.add(object);
  };
  for (const object of objects) visit(object);
  return [...ordered];
}
