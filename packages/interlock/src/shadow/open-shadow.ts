import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ClientConfig, QueryResultRow } from "pg";
import { checkDatabaseUrl } from "../database/database-url.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { quoteIdentifier } from "../sql/quote.ts";
import { AdminSession } from "./admin-session.ts";
import { dropAbandoned, shadowPrefix } from "./abandoned.ts";
import { embeddedBinaries } from "./binaries.ts";
import { serversDirectories, serversDirectory } from "./directories.ts";
import { KeptDatabases, type KeptDatabase } from "./kept-databases.ts";
import { bundledMajor, majors, type Major } from "./major.ts";
import { startKeeper, takeLease, type Lease } from "./lease.ts";
import { dropRole, makeRole, newRole } from "./role.ts";
import { sweepServers } from "./sweep.ts";

/** A throwaway real PostgreSQL. Every database made on it goes when it is closed. */
export interface Shadow {
  /** Of the server: "18.4". */
  version: string;
  /**
   * Makes a database, empty or as a copy of `template` (to which nobody may be connected), and returns its name.
   */
  createDatabase(options?: { template?: string }): Promise<string>;
  /** Runs a statement for the whole server, such as one that makes a role. */
  administer(sql: string): Promise<void>;
  /** Asks something about the whole server, as who the shadow was opened as. */
  query<Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Whether it is the embedded server: ours alone, with nothing on it but what was made here. */
  isEmbedded: boolean;
  /** Makes a role that may log in and nothing else. It goes when the shadow is closed. */
  createRole(options: { mostTemporary: string | undefined }): Promise<{ user: string; password: string }>;
  dropDatabase(name: string): Promise<void>;
  /** The same, without waiting for it where somebody else does it if we don't live to: it takes 10 ms. */
  discardDatabase(name: string): Promise<void>;
  /** Whether it stays up for later callers, and so can keep databases for them. */
  keeps: boolean;
  /**
   * Keeps a database for later callers, as a template that is known by `key` (hexadecimal digits), with a note
   * of the one who made it. Returns whether it did: only a server that stays up for the next caller keeps any,
   * and the first one with a key stays. A database that is kept is no more the caller's.
   */
  keepDatabase(name: string, kept: { key: string; note: string }): Promise<boolean>;
  /** The template that was kept under a key. */
  findKept(key: string): Promise<KeptDatabase | undefined>;
  /** Leaves a note for later callers; like `keepDatabase`, only where there will be any. */
  keepNote(key: string, note: Buffer): Promise<void>;
  findNote(key: string): Promise<Buffer | undefined>;
  /** What a session on one of its databases is opened with, as a role of that server's or as who the shadow was opened as. */
  connection(database: string, as?: { user: string; password?: string }): ClientConfig;
  /** Drops the databases made here and lets go of the server. */
  close(): Promise<void>;
}

/**
 * Opens a shadow: the embedded PostgreSQL, or with `url` a server of the user's on which the role may create
 * databases. With `keepMs` the embedded one stays up that long for the next caller, which finds it warm.
 * What an earlier caller left behind when it was killed is removed first.
 *
 * Throws `Failure` "shadow-not-reachable", "no-embedded-postgres", "postgres-not-fetched" or
 * "postgres-did-not-start".
 */
export async function openShadow(
  options: { url?: string; keepMs?: number; major?: Major } = {},
): Promise<Shadow> {
  checkDatabaseUrl(options.url, "Nothing was run.");
  if (options.url !== undefined) return onServer({ connectionString: options.url });
  await sweepServers();
  const keepMs = options.keepMs ?? 0;
  const major = options.major ?? defaultMajor();
  // Fetched here, since the keeper is given up when it takes long, and in the user's own folder.
  await embeddedBinaries(major);
  if (keepMs > 0) {
    for await (const lease of warmServers(major)) {
      try {
        return await onServer({ ...lease.address }, { lease, goesWithUs: false });
      } catch (error) {
        // It is there and doesn't serve: left to its keeper, which ends it. Another one is as good.
        if (!(error instanceof Failure)) throw error;
        lease.release();
      }
    }
  }
  const lease = await startThrowaway(keepMs, major);
  return onServer({ ...lease.address }, { lease, goesWithUs: keepMs === 0 });
}

async function* warmServers(major: Major): AsyncGenerator<Lease> {
  for (const servers of serversDirectories()) {
    for (const name of await readdir(servers)) {
      if (!name.startsWith(`k${letterOf[major]}`)) continue;
      const lease = await takeLease(join(servers, name));
      if (lease !== undefined) yield lease;
    }
  }
}

/** What the second letter of a server's folder says of its version. */
const letterOf: Readonly<Record<Major, string>> = { 15: "p", 16: "q", 17: "r", 18: "s" };

/** The version that nobody asked for in particular. INTERLOCK_POSTGRES names it, to try everything on another one. */
function defaultMajor(): Major {
  const wanted = process.env["INTERLOCK_POSTGRES"];
  return majors.find((major) => String(major) === wanted) ?? bundledMajor;
}

async function startThrowaway(keepMs: number, major: Major): Promise<Lease> {
  // The first letter tells a server that waits for further callers ("k", kept) from one that doesn't.
  const name = `${keepMs > 0 ? "k" : "t"}${letterOf[major]}${randomBytes(3).toString("hex")}`;
  const directory = join(serversDirectory(), name);
  return startKeeper({ directory, listen: "socket", durable: false, idleMs: keepMs, throwaway: true, major });
}

async function onServer(
  server: ClientConfig,
  embedded?: { lease: Lease; goesWithUs: boolean },
): Promise<Shadow> {
  let admin: AdminSession;
  try {
    admin = await AdminSession.open({
      ...server,
      ...(server.connectionString === undefined ? { database: "postgres" } : {}),
    });
  } catch (error) {
    throw new Failure({
      code: "shadow-not-reachable",
      message: "The shadow server can't be reached.",
      why: messageOf(error),
      state: "Nothing was run.",
      next: "See the address, user and password given with --shadow; without it the embedded PostgreSQL is used.",
      cause: error,
    });
  }
  // On an embedded server its keeper does.
  if (embedded === undefined) await dropAbandoned(admin);
  const { rows } = await admin.query<{ version: string }>(
    "select current_setting('server_version') as version",
  );
  const kept = embedded === undefined || embedded.goesWithUs ? undefined : new KeptDatabases(admin);
  const made = new Set<string>();
  const roles = new Set<string>();
  const dropDatabase = async (name: string): Promise<void> => {
    await admin.query(`drop database if exists ${quoteIdentifier(name)} with (force)`);
    made.delete(name);
    await admin.letGo(name);
  };
  return {
    dropDatabase,
    async discardDatabase(name) {
      const dropped = dropDatabase(name);
      if (embedded === undefined) return dropped;
      // It is dropped by the keeper at the latest, or goes with the server.
      dropped.catch(() => undefined);
    },
    version: rows[0]?.version.split(" ")[0] ?? "",
    keeps: kept !== undefined,
    async administer(sql) {
      await admin.query(sql);
    },
    isEmbedded: embedded !== undefined,
    async query<Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []) {
      return (await admin.query<Row>(sql, [...values])).rows;
    },
    async createRole(options) {
      const role = newRole();
      await admin.hold(role.user);
      roles.add(role.user);
      await makeRole(admin, { ...role, ...options });
      return role;
    },
    async createDatabase({ template } = {}) {
      const name = `${shadowPrefix}${randomBytes(6).toString("hex")}`;
      // The lock, held by this session, says that the database is in use; see dropAbandoned.
      await admin.hold(name);
      made.add(name);
      // Copying files takes a third of the time of copying through the log, but wants a checkpoint, which only a
      // server that never syncs has for nothing.
      const strategy = embedded === undefined ? "" : " strategy file_copy";
      await admin.query(
        `create database ${quoteIdentifier(name)} template ${quoteIdentifier(template ?? "template0")}${strategy}`,
      );
      return name;
    },
    async keepDatabase(name, about) {
      const done = (await kept?.keep(name, about)) ?? false;
      if (done) made.delete(name);
      return done;
    },
    findKept: async (key) => kept?.find(key),
    keepNote: async (key, note) => kept?.keepNote(key, note),
    findNote: async (key) => kept?.findNote(key),
    connection(database, as) {
      if (server.connectionString === undefined) return { ...server, ...as, database };
      const url = new URL(server.connectionString);
      url.pathname = `/${encodeURIComponent(database)}`;
      if (as !== undefined) {
        url.username = as.user;
        url.password = as.password ?? "";
      }
      return { connectionString: url.href };
    },
    async close() {
      // What goes with its server needs no dropping, and the keeper of one that stays drops what we leave.
      if (embedded === undefined) for (const name of made) await dropDatabase(name);
      for (const role of roles) await dropRole(admin, role).then(() => admin.letGo(role));
      await admin.end();
      embedded?.lease.release();
    },
  };
}
