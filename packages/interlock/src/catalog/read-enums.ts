import type { ClientBase } from "pg";

export interface EnumType {
  schema: string;
  name: string;
  /** In their order. */
  labels: string[];
  comment: string | null;
  /** How the columns of it are typed, as a table's columns say it: its name with its schema where that is needed. */
  shown: string;
}

/** Every enum of the user's schemas. */
export async function readEnums(client: ClientBase): Promise<EnumType[]> {
  const { rows } = await client.query<EnumType>(
    `select s.nspname as schema, t.typname as name, format_type(t.oid, null) as shown,
            (select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid) as labels,
            obj_description(t.oid, 'pg_type') as comment
       from pg_type t join pg_namespace s on s.oid = t.typnamespace
      where t.typtype = 'e' and s.nspname !~ '^pg_' and s.nspname not in ('information_schema', 'interlock')
        and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
      order by s.nspname, t.typname`,
  );
  return rows;
}
