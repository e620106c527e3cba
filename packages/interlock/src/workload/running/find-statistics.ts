import { sqlstateOf } from "../../database/sqlstate.ts";
import { Failure } from "../../std/failure.ts";
import { quoteQualified } from "../../sql/quote.ts";
import type { ReadingSession } from "./reading-session.ts";

/** Where pg_stat_statements is in a database, and what its version has. */
export interface Statistics {
  /** Quoted, for use in a query. */
  relation: string;
  /** Of the extension: "1.11"; undefined where somebody made a view of that name without it. */
  extension: string | undefined;
  columns: ReadonlySet<string>;
  /** pg_stat_statements_info, which says how many entries were dropped; from version 1.9. */
  information: string | undefined;
}

const finding = `
  select n.nspname as schema, c.relname as name, e.extversion as extension,
         pg_catalog.has_schema_privilege(n.oid, 'usage') as usage,
         array(select a.attname::text from pg_catalog.pg_attribute a
                where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
         exists (select from pg_catalog.pg_class i
                  where i.relname = 'pg_stat_statements_info' and i.relnamespace = n.oid) as information
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_extension e on e.extname = 'pg_stat_statements' and e.extnamespace = n.oid
   where c.relname = 'pg_stat_statements' and c.relkind in ('v', 'r', 'm')
     and (e.oid is not null or pg_catalog.pg_table_is_visible(c.oid))
   order by e.oid is null limit 1`;

interface Found {
  schema: string;
  name: string;
  extension: string | null;
  usage: boolean;
  columns: string[];
  information: boolean;
}

/**
 * Finds pg_stat_statements in whichever schema it is. Throws `Failure` "statement-statistics-missing" or
 * "statement-statistics-not-allowed".
 */
export async function findStatistics(session: Pick<ReadingSession, "query">): Promise<Statistics> {
  const [found] = await session.query<Found>(finding);
  if (found === undefined) throw missing();
  if (!found.usage)
    throw notAllowed(`The role may not use schema ${found.schema}, in which pg_stat_statements is.`);
  return {
    relation: quoteQualified(found.schema, found.name),
    extension: found.extension ?? undefined,
    columns: new Set(found.columns),
    information: found.information ? quoteQualified(found.schema, "pg_stat_statements_info") : undefined,
  };
}

function missing(): Failure {
  return new Failure({
    code: "statement-statistics-missing",
    message: "The database does not count its statements: pg_stat_statements is not there.",
    why: "The extension is not created in this database.",
    state: "Nothing was read and nothing was changed.",
    next: "Put pg_stat_statements into shared_preload_libraries, restart the server and run: create extension pg_stat_statements. Managed PostgreSQL has it preloaded mostly, so that create extension is enough. Or use interlock record, or interlock workload import with the server's log.",
  });
}

function notAllowed(why: string): Failure {
  return new Failure({
    code: "statement-statistics-not-allowed",
    message: "The role may not read pg_stat_statements.",
    why,
    state: "Nothing was read and nothing was changed.",
    next: "Grant the role pg_monitor, and usage on the schema of the extension where it is not public.",
  });
}

/** What a refusal to read pg_stat_statements means for whoever asked; anything else comes back as it is. */
export function explainRefusal(error: unknown): unknown {
  const sqlstate = sqlstateOf(error);
  if (sqlstate === "42501") return notAllowed(error instanceof Error ? error.message : "");
  // object_not_in_prerequisite_state
  if (sqlstate !== "55000") return error;
  return new Failure({
    code: "statement-statistics-not-loaded",
    message: "The database does not count its statements: pg_stat_statements is not loaded.",
    why: error instanceof Error ? error.message : "",
    state: "Nothing was read and nothing was changed.",
    next: "Add pg_stat_statements to shared_preload_libraries in postgresql.conf and restart the server; it counts from then on. Until then use interlock record, or interlock workload import with the server's log.",
    cause: error,
  });
}
