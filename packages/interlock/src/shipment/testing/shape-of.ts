import type { Client } from "pg";

/** For tests only: tables, columns, constraints, indexes, triggers and functions of a database, without Interlock's journal. */
export async function shapeOf(client: Client): Promise<unknown> {
  const { rows } = await client.query<{ shape: unknown }>(
    `select jsonb_build_object(
       'columns', (select jsonb_agg(to_jsonb(c) order by c.t, c.name) from (
          select a.attrelid::regclass::text as t, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
                 a.attnotnull, pg_get_expr(d.adbin, d.adrelid) as default
            from pg_attribute a join pg_class r on r.oid = a.attrelid
            left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
           where a.attnum > 0 and not a.attisdropped and r.relkind in ('r', 'v')
             and r.relnamespace = 'public'::regnamespace) c),
       'constraints', (select jsonb_agg(pg_get_constraintdef(oid) order by conname) from pg_constraint
                        where connamespace = 'public'::regnamespace),
       'indexes', (select jsonb_agg(pg_get_indexdef(i.indexrelid) order by i.indexrelid::regclass::text)
                     from pg_index i join pg_class r on r.oid = i.indrelid
                    where r.relnamespace = 'public'::regnamespace),
       'triggers', (select jsonb_agg(pg_get_triggerdef(oid) order by tgname) from pg_trigger where not tgisinternal),
       'functions', (select jsonb_agg(proname order by proname) from pg_proc
                      where pronamespace::regnamespace::text in ('public', 'interlock') and proname like 'sync%')
     ) as shape`,
  );
  return rows[0]?.shape;
}
