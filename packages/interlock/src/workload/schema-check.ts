import { Client, DatabaseError, type ClientConfig } from "pg";
import { messageOf } from "../std/failure.ts";
import { stringsOf } from "./analyse.ts";
import { builtInTypes } from "./sample-value.ts";
import { socketPath, type Upstream } from "./upstream.ts";

/** What the recorded database says about statements and words, once the recording is over. */
export interface SchemaCheck {
  /** Whether PostgreSQL would prepare this statement now; undefined where it can't be asked. */
  accepts(sql: string): Promise<boolean | undefined>;
  /** The name of a type in SQL. */
  typeName(oid: number): Promise<string | undefined>;
  /** Values that the schema itself names: of enum types, checks, defaults and partial indexes. */
  vocabulary: ReadonlySet<string>;
  close(): Promise<void>;
}

const connectTimeoutMs = 5_000;
/** All questions together; what is asked later has no answer. */
const wholeTimeoutMs = 15_000;
const mostTexts = 20_000;

/** What the schema names by itself, for `vocabularyIn`. */
export const vocabularyQuery = `
  select e.enumlabel::text as text, true as plain from pg_catalog.pg_enum e
  union all
  select pg_catalog.pg_get_constraintdef(c.oid), false from pg_catalog.pg_constraint c
  where c.contype = 'c' and c.connamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  union all
  select pg_catalog.pg_get_expr(d.adbin, d.adrelid), false from pg_catalog.pg_attrdef d
  union all
  select pg_catalog.pg_get_expr(i.indpred, i.indrelid), false from pg_catalog.pg_index i where i.indpred is not null
  limit ${String(mostTexts)}`;

/**
 * Opens one session of its own on the recorded database, after the recorded program has ended, so that it
 * can't get into its way (a session more would stop a test suite from dropping its database). It is read
 * only, prepares and never executes. Returns the reason as text where the database can't be reached.
 */
export async function openSchemaCheck(upstream: Upstream): Promise<SchemaCheck | string> {
  const client = new Client({
    host: upstream.host,
    port: upstream.port,
    ...(upstream.user === undefined ? {} : { user: upstream.user }),
    ...(upstream.password === undefined ? {} : { password: upstream.password }),
    ...(upstream.database === undefined ? {} : { database: upstream.database }),
    ssl: tlsOf(upstream),
    application_name: "interlock record",
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: 5_000,
    options: "-c default_transaction_read_only=on -c statement_timeout=2000 -c lock_timeout=500",
  });
  let lost: string | undefined;
  client.on("error", (error) => {
    lost = messageOf(error);
  });
  const until = Date.now() + wholeTimeoutMs;
  const askable = (): boolean => lost === undefined && Date.now() < until;
  try {
    await client.connect();
    const { rows } = await client.query<VocabularyRow>(vocabularyQuery);
    const vocabulary = vocabularyIn(rows);
    return {
      vocabulary,
      accepts: async (sql) => (askable() ? accepts(client, sql) : undefined),
      typeName: async (oid) => builtInTypes.get(oid) ?? (askable() ? typeName(client, oid) : undefined),
      close: async () => {
        await client.end();
      },
    };
  } catch (error) {
    await client.end().catch((ending: unknown) => {
      lost = messageOf(ending);
    });
    return messageOf(error);
  }
}

export interface VocabularyRow {
  text: string;
  /** The text is a word itself; otherwise it is SQL with words in quotes. */
  plain: boolean;
}

/** The words in the rows of `vocabularyQuery`. */
export function vocabularyIn(rows: readonly VocabularyRow[]): Set<string> {
  return new Set(rows.flatMap(({ text, plain }) => (plain ? [text] : stringsOf(text))));
}

async function accepts(client: Client, sql: string): Promise<boolean | undefined> {
  try {
    // Prepared and not run; `sql` is one statement by the parser's word.
    await client.query(`prepare interlock_check as ${sql}`);
  } catch (error) {
    // An error with an SQLSTATE is the server's answer; a time-out or a lost connection is none.
    const state = error instanceof DatabaseError ? (error.code ?? "") : "";
    return /^(?:42|22|0A|3F)/.test(state) ? false : undefined;
  }
  await client.query("deallocate interlock_check");
  return true;
}

async function typeName(client: Client, oid: number): Promise<string | undefined> {
  const { rows } = await client.query<{ name: string }>(
    "select pg_catalog.format_type(t.oid, null) as name from pg_catalog.pg_type t where t.oid = $1::oid",
    [oid],
  );
  return rows[0]?.name;
}

function tlsOf(upstream: Upstream): ClientConfig["ssl"] {
  // "prefer" had its way with the proxy's own connections; this one only looks at the schema.
  if (upstream.tlsMode === "disable" || upstream.tlsMode === "prefer" || socketPath(upstream) !== undefined) {
    return false;
  }
  const { ca, cert, key } = upstream.tls;
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: upstream.tlsMode.startsWith("verify") || ca !== undefined,
    ...(upstream.tlsMode === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
  };
}
