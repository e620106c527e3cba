import type { ClientBase } from "pg";
import type { Part } from "./part.ts";

/** What must be there first, by what needs it. Both are `catalog:id` of a part. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

export const keyOf = ({ catalog, id }: Pick<Part, "catalog" | "id">): string => `${catalog}:${id}`;

/** Objects that come with a part of another one. */
const aliasesQuery = `
  select 'pg_type' as catalog, oid::text as id, 'pg_class' as of_catalog, typrelid::text as of_id from pg_type where typrelid <> 0
  union all select 'pg_type', oid::text, 'pg_type', typelem::text from pg_type where typelem <> 0 and typcategory = 'A'
  union all select 'pg_type', rngmultitypid::text, 'pg_type', rngtypid::text from pg_range
  union all select 'pg_rewrite', oid::text, 'pg_class', ev_class::text from pg_rewrite where rulename = '_RETURN'
  union all select 'pg_attrdef', f.oid::text, 'pg_class', f.adrelid::text from pg_attrdef f
              join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum where a.attgenerated <> ''
  union all select 'pg_constraint', oid::text, 'pg_type', contypid::text from pg_constraint where contypid <> 0
  union all select 'pg_class', conindid::text, 'pg_constraint', oid::text from pg_constraint where contype in ('p', 'u', 'x')
  union all select 'pg_class', objid::text, 'pg_class', refobjid::text from pg_depend
             where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and deptype = 'i'
               and objid in (select seqrelid from pg_sequence)`;

/** A sequence that belongs to a column is made before it, since the column's default needs it. */
const dependenciesQuery = `
  select d.classid::regclass::text as catalog, d.objid::text as id, d.refclassid::regclass::text as of_catalog, d.refobjid::text as of_id
    from pg_depend d
   where d.objid >= 16384 and d.refobjid >= 16384 and d.deptype in ('n', 'a', 'i')
     and not (d.deptype = 'a' and d.classid = 'pg_class'::regclass and d.objid in (select seqrelid from pg_sequence))`;

interface Edge {
  catalog: string;
  id: string;
  of_catalog: string;
  of_id: string;
}

export async function readDependencies(client: ClientBase): Promise<Dependencies> {
  const aliases = await client.query<Edge>(aliasesQuery);
  const stands = new Map(aliases.rows.map((row) => [keyOf(row), `${row.of_catalog}:${row.of_id}`]));
  const resolved = (key: string): string => {
    let at = key;
    // An array of a row type leads to its table in two steps; no chain is longer than that.
    for (let step = 0; step < 4; step += 1) at = stands.get(at) ?? at;
    return at;
  };
  const { rows } = await client.query<Edge>(dependenciesQuery);
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const [one, other] = [resolved(keyOf(row)), resolved(`${row.of_catalog}:${row.of_id}`)];
    if (one === other) continue;
    const list = found.get(one);
    if (list === undefined) found.set(one, [other]);
    else list.push(other);
  }
  return found;
}

/** The parts in an order in which each finds what it needs; otherwise they stay in theirs. */
export function inOrder(parts: readonly Part[], dependencies: Dependencies): Part[] {
  const byKey = Map.groupBy(parts, keyOf);
  const ordered: Part[] = [];
  const seen = new Set<string>();
  const visit = (key: string): void => {
    // What needs itself in the end is left to PostgreSQL, which looks into no function's body.
    if (seen.has(key)) return;
    seen.add(key);
    for (const needed of dependencies.get(key) ?? []) visit(needed);
    ordered.push(...(byKey.get(key) ?? []));
  };
  for (const key of byKey.keys()) visit(key);
  return ordered;
}
