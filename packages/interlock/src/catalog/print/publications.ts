/**
 * Publications with their tables listed: to publish all tables is for superusers, and here it comes to the same,
 * since a table that has no replica identity can't be updated while it is published.
 */
export const publicationsQuery = (versionNumber: number): string => {
  const detail =
    versionNumber < 150_000
      ? "r.prrelid::regclass::text"
      : `concat_ws(' ', r.prrelid::regclass,
          '(' || (select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a
                   where a.attrelid = r.prrelid and a.attnum = any (r.prattrs::int2[])) || ')',
          'where (' || pg_get_expr(r.prqual, r.prrelid) || ')')`;
  return `select concat_ws(' ', format('create publication %I', p.pubname), coalesce(
      (select 'for table only ' || string_agg(${detail}, ', only ' order by r.oid) from pg_publication_rel r where r.prpubid = p.oid),
      (select 'for table ' || string_agg(format('%I.%I', t.schemaname, t.tablename), ', ' order by 1)
         from pg_publication_tables t where t.pubname = p.pubname)),
      format('with (publish = %L, publish_via_partition_root = %L)', concat_ws(', ', case when p.pubinsert then 'insert' end,
        case when p.pubupdate then 'update' end, case when p.pubdelete then 'delete' end,
        case when p.pubtruncate then 'truncate' end), p.pubviaroot::text)) as sql
    from pg_publication p order by p.oid`;
};
