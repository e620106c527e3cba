import { Client, type ClientBase } from "pg";
import { printSchema } from "../../catalog/print/print-schema.ts";
import { connect } from "../../database/connect.ts";
import { majorOf } from "../../shadow/major.ts";
import { Failure, messageOf } from "../../std/failure.ts";
import { dumpSchema, findPgDump } from "./pg-dump.ts";

export interface LiveSchema {
  /** The SQL that makes it. */
  sql: string;
  /** Where it was read, and with what. Holds no password. */
  how: string;
  /** `user@host:port/database` */
  place: string;
  serverVersion: string;
}

/** What one query of the reading may take, and how long it may wait for a lock, in milliseconds. */
const statementTimeoutMs = 30_000;
const lockTimeoutMs = 2_000;

/**
 * The schema of a running database, as SQL: by pg_dump where it is on the PATH and new enough for the server, else
 * read out of the catalog. Nothing is written there, and the session gives up rather than wait.
 *
 * Throws what `connect` throws, and `Failure` "baseline-not-readable".
 */
export async function readLiveSchema(url: string): Promise<LiveSchema> {
  const client = await connect(
    {
      connectionString: url,
      statement_timeout: statementTimeoutMs,
      lock_timeout: lockTimeoutMs,
      idle_in_transaction_session_timeout: 60_000,
    },
    { state: "Nothing was run." },
  );
  try {
    await client.query("set default_transaction_read_only = on");
    const serverVersion = await readVersion(client);
    const place = `${client.user ?? ""}@${client.host}:${String(client.port)}/${client.database ?? ""}`;
    const facts = { place, serverVersion };
    const { why, sql, version } = await tryPgDump(url, serverVersion);
    if (sql !== undefined) return { ...facts, sql, how: `${place}, by pg_dump ${version}` };
    const printed = await readCatalog(client).catch((error: unknown) => notReadable(error, place));
    const without = printed.leftOut.length === 0 ? "" : `; without ${printed.leftOut.join(", ")}`;
    return { ...facts, sql: printed.sql, how: `${place}, read out of its catalog (${why})${without}` };
  } finally {
    await client.end();
  }
}

function notReadable(error: unknown, place: string): never {
  throw new Failure({
    code: "baseline-not-readable",
    message: `The schema of ${place} could not be read.`,
    why: messageOf(error),
    state: "Nothing was run and nothing was changed there.",
    next: "Try again when no structural change is under way there, or give a file of pg_dump -s with --baseline.",
    cause: error,
  });
}

async function readVersion(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ version: string }>(
    "select current_setting('server_version') as version",
  );
  return rows[0]?.version.split(" ")[0] ?? "";
}

interface Dumped {
  sql: string | undefined;
  version: string;
  /** Why there is no dump. */
  why: string;
}

async function tryPgDump(url: string, serverVersion: string): Promise<Dumped> {
  const version = await findPgDump();
  if (version === undefined) return { sql: undefined, version: "", why: "there is no pg_dump on the PATH" };
  if (majorOf(version) < majorOf(serverVersion)) {
    const why = `pg_dump ${version} is older than the server's ${serverVersion}`;
    return { sql: undefined, version, why };
  }
  try {
    return { sql: await dumpSchema(new Client({ connectionString: url }), url), version, why: "" };
  } catch (error) {
    return { sql: undefined, version, why: `pg_dump failed: ${messageOf(error)}` };
  }
}

async function readCatalog(client: ClientBase): ReturnType<typeof printSchema> {
  await client.query("begin transaction isolation level repeatable read read only");
  try {
    await client.query("set local search_path = ''");
    return await printSchema(client);
  } finally {
    await client.query("rollback");
  }
}
