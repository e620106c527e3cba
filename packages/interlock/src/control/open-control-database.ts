import { createHmac } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Client, escapeIdentifier, escapeLiteral, type ClientConfig } from "pg";
import { connectionFailure } from "../database/connection-failure.ts";
import { checkDatabaseUrl } from "../database/database-url.ts";
import { openServer } from "../shadow/open-server.ts";
import type { Lease } from "../shadow/lease.ts";
import { Failure } from "../std/failure.ts";
import { sleep } from "../std/sleep.ts";
import { checkOpenToPostgres } from "./data-directory.ts";
import { startAlone } from "./start-alone.ts";
import type { Work } from "./work.ts";

/** Where the control database is, and what keeps it there. */
export interface ControlDatabase {
  connection: ClientConfig;
  /** For people: without user and password. */
  place: string;
  /** What this server does so that it stays up: nothing for a database of somebody else's. */
  work: Work[];
  release(): void;
}

const database = "interlock_control";

/**
 * The role that servers use on the embedded PostgreSQL: it owns its own database and may do nothing else. A role
 * on a server of yours needs no more either: `create role interlock login; create database interlock_control owner
 * interlock`.
 */
const role = "interlock_server";

/** A database that somebody else keeps. Its URL may not name the sessions: Interlock tells its own versions apart by that. */
export function externalControlDatabase(url: string): ControlDatabase {
  checkDatabaseUrl(url, "Nothing was started.");
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new Failure({
      code: "database-url-not-valid",
      message: "The control database's URL can't be read.",
      state: "Nothing was started.",
      next: "A URL looks like postgresql://user:password@host:5432/database; special characters in it are percent-encoded.",
    });
  }
  parsed.searchParams.delete("application_name");
  return {
    connection: { connectionString: parsed.href },
    place: `${parsed.host}${parsed.pathname}`,
    work: [],
    release: () => undefined,
  };
}

/**
 * The embedded PostgreSQL on `directory`/postgres: started where it isn't running, shared with other servers on the
 * same directory, started again on the same port when it ends. Throws what `openServer` throws.
 */
export async function embeddedControlDatabase(directory: string): Promise<ControlDatabase> {
  await checkOpenToPostgres(directory);
  const server = join(directory, "postgres");
  let lease = await openLease(server);
  const { address } = lease;
  // Made from the superuser's own password, so that every server on this directory knows it.
  const password = createHmac("sha256", address.password ?? "")
    .update(role)
    .digest("hex");
  await makeDatabase(address, password);
  return {
    connection: { host: address.host, port: address.port, user: role, password, database },
    place: `the embedded PostgreSQL in ${server}`,
    work: [
      {
        name: "keep the embedded PostgreSQL up",
        async run(signal) {
          for (;;) {
            await sleep(1_000, signal);
            if (await answers(address)) continue;
            const again = await openLease(server, address.port);
            lease.release();
            lease = again;
          }
        },
      },
    ],
    release: () => {
      lease.release();
    },
  };
}

/** Two servers that start at once would both find nothing running; so the second waits and takes its lease on the first's. */
async function openLease(directory: string, port?: number): Promise<Lease> {
  await mkdir(directory, { recursive: true });
  return startAlone(join(directory, "starting"), () =>
    openServer({ directory, ...(port === undefined ? {} : { port }) }),
  );
}

async function makeDatabase(address: Lease["address"], password: string): Promise<void> {
  const admin = new Client({ ...address, database: "postgres" });
  admin.on("error", () => undefined);
  try {
    await admin.connect();
    // Held by whoever makes the role and the database, since neither can be made in a transaction with a check.
    await admin.query("select pg_catalog.pg_advisory_lock(418631182709)");
    const { rows } = await admin.query<{ role: boolean; database: boolean }>(
      `select exists (select from pg_catalog.pg_roles where rolname = $1::text) as role,
              exists (select from pg_catalog.pg_database where datname = $2::text) as database`,
      [role, database],
    );
    const named = escapeIdentifier(role);
    if (rows[0]?.role !== true) {
      await admin.query(`create role ${named} login password ${escapeLiteral(password)}`);
    }
    if (rows[0]?.database !== true) {
      await admin.query(`create database ${escapeIdentifier(database)} owner ${named}`);
    }
  } catch (error) {
    throw connectionFailure(error, { place: "the embedded PostgreSQL", state: "Nothing was started." });
  } finally {
    await admin.end().catch(() => undefined);
  }
}

async function answers(address: Lease["address"]): Promise<boolean> {
  const client = new Client({ ...address, database: "postgres", connectionTimeoutMillis: 2_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    // Refused for another reason than nobody listening: it is there.
    return error instanceof Error && "severity" in error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
