import type { WireSession } from "../wire-session.ts";

/** What is needed of a type to make values of it. */
interface Type {
  oid: number;
  name: string;
  /** pg_type.typtype: b base, e enum, d domain, r range, m multirange, c composite, p pseudo. */
  kind: string;
  category: string;
  /** Of an array: the element's type. */
  element: number;
  /** Of a domain: what it stands on, with its length. */
  base: number;
  baseName: string | null;
  labels: readonly string[];
  /** Of a range or multirange: the type of its bounds. */
  subtype: number;
}

const query = `
select json_build_object(
  'oid', t.oid::int8, 'name', t.typname, 'kind', t.typtype, 'category', t.typcategory,
  'element', case when t.typcategory = 'A' then t.typelem::int8 else 0 end,
  'base', t.typbasetype::int8,
  'baseName', case when t.typtype = 'd' then format_type(t.typbasetype, t.typtypmod) end,
  'labels', coalesce((select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid), '[]'),
  'subtype', coalesce((select r.rngsubtype::int8 from pg_range r where t.oid in (r.rngtypid, r.rngmultitypid)), 0))::text
from pg_type t
where t.typtype <> 'p' and not (t.typtype = 'c' or (t.typcategory = 'A' and exists (
  select from pg_type c where c.oid = t.typelem and c.typtype = 'c')))`;

export type Types = ReadonlyMap<number, Type>;

/** Every type of the database but composite ones, by oid. */
export async function readTypes(session: WireSession): Promise<Types> {
  const { rows, problem } = await session.execute(query);
  if (problem !== undefined) throw new Error(`the types of the shadow could not be read: ${problem.message}`);
  return new Map(
    rows.map(([text]) => {
      const type = JSON.parse(text ?? "") as Type;
      return [type.oid, type];
    }),
  );
}
