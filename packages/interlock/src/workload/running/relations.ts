import type { ReadingSession } from "./reading-session.ts";

/** Where relations of the database are. */
export interface Relations {
  /** One of PostgreSQL's own, or of the extensions that count what it does. */
  isSystem(relation: { schema: string | undefined; name: string }): boolean;
  /**
   * The schema that has to be written before an unqualified name so that it is found without the role's search
   * path; undefined where it needs none, being found in `public` or nowhere.
   */
  schemaToWrite(name: string, searchPath: readonly string[]): string | undefined;
  /** Whether any unqualified name can be found by this path in a schema other than `public`. */
  needSchemas(searchPath: readonly string[]): boolean;
  /** Whether a schema on the path is closed to the role that reads, so that PostgreSQL passes over it. */
  isClosed(searchPath: readonly string[]): boolean;
}

const query = `
  select n.nspname::text as schema, pg_catalog.array_agg(c.relname::text) as names,
         pg_catalog.has_schema_privilege(n.oid, 'usage') as open
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'v', 'm', 'f', 'p') and n.nspname !~ '^pg_(?:toast|temp)'
   group by n.oid, n.nspname`;

const systemSchemas = new Set(["pg_catalog", "information_schema"]);

export async function readRelations(session: ReadingSession): Promise<Relations> {
  const rows = await session.query<{ schema: string; names: string[]; open: boolean }>(query);
  const closed = new Set(rows.flatMap(({ schema, open }) => (open ? [] : [schema])));
  const bySchema = new Map(rows.map(({ schema, names }) => [schema, new Set(names)]));
  return {
    isSystem: ({ schema, name }) =>
      schema === undefined
        ? bySchema.get("pg_catalog")?.has(name) === true || name.startsWith("pg_stat_")
        : systemSchemas.has(schema) || name.startsWith("pg_stat_"),
    schemaToWrite: (name, searchPath) => {
      if (bySchema.get("pg_catalog")?.has(name) === true) return undefined;
      const schema = searchPath.find((one) => bySchema.get(one)?.has(name) === true);
      return schema === "public" ? undefined : schema;
    },
    needSchemas: (searchPath) =>
      searchPath.some((schema) => schema !== "public" && schema !== "pg_catalog" && bySchema.has(schema)),
    isClosed: (searchPath) => searchPath.some((schema) => closed.has(schema)),
  };
}
