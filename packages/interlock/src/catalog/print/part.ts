/** One statement that makes one object, or part of it. */
export interface Part {
  /** The catalog that the object is in, and its number there. */
  catalog: string;
  id: string;
  sql: string;
}

/** The schemas that are the user's, and what belongs to an extension and comes with it. */
export const common = `spaces as materialized (
  select oid, nspname from pg_catalog.pg_namespace
   where nspname !~ '^pg_' and nspname not in ('information_schema', 'interlock')
), members as materialized (
  select classid, objid from pg_catalog.pg_depend where deptype = 'e'
)`;

/** A query for parts. `select` answers the id and the statement. */
export const partsQuery = (catalog: string, select: string): string =>
  `with ${common}, made (id, sql) as (${select})
   select '${catalog}' as catalog, id::text, sql from made
    where not exists (select from members where classid = 'pg_catalog.${catalog}'::regclass and objid = made.id)
    order by id`;

/** A query for statements in the order in which they are to be run. */
export const statementsQuery = (select: string): string => `with ${common} ${select}`;

/** Storage parameters, as a WITH list takes them. */
export const options = (reloptions: string, prefix = ""): string =>
  `(select string_agg(format('${prefix}%s=%L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', ') from unnest(${reloptions}) o)`;
