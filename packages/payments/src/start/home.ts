import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, escapeIdentifier } from "pg";
import { dataDirectory, openServer, type Lease } from "pg-interlock/shadow";
import { startProcess } from "../platform/supervisor.ts";
import type { Access } from "../seed/access.ts";

/** A platform's database, seeded, with what else its processes need; made anew for every start. */
export interface Home {
  databaseUrl: string;
  /** An empty database for the Interlock server. */
  controlUrl: string;
  /** Where files of this clone's platform are kept. */
  directory: string;
  serverVersion: string;
  /** Whether the past had to be made, which happens once, or was there from an earlier start. */
  seededNow: boolean;
  payments: number;
  journal: string;
  access: Access;
  /** Puts the platform's database and the acquirer's journal back to the past that they began with, and empties the server's. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

const packageRoot = fileURLToPath(new URL("../../", import.meta.url));
const database = "platform";
const controlDatabase = "platform_interlock";

/**
 * Opens the embedded PostgreSQL of this clone and gives it a fresh copy of a platform with `payments`
 * payments in its past. The past is made once and kept; each start works on a copy, so that a change that
 * an earlier start has shipped is not in the way.
 */
export async function openHome({ payments }: { payments: number }): Promise<Home> {
  const clone = createHash("sha256").update(packageRoot).digest("hex").slice(0, 8);
  const directory = dataDirectory(`payments-${clone}`);
  await mkdir(directory, { recursive: true });
  const lease = await openServer({ directory, settings: serverSettings });
  const admin = new Client({ connectionString: urlOf(lease, "postgres") });
  await admin.connect();
  try {
    await claim(admin);
    const seed = await seedOnce({ admin, lease, directory, payments });
    const journal = join(directory, "acquirer.journal");
    const renew = async (): Promise<void> => {
      await admin.query(`drop database if exists ${database} with (force)`);
      await admin.query(
        `create database ${database} template ${escapeIdentifier(seed.template)} strategy file_copy`,
      );
      await copyJournal({ from: seed.journal, to: journal });
      await admin.query(`drop database if exists ${controlDatabase} with (force)`);
      await admin.query(`create database ${controlDatabase}`);
    };
    await renew();
    const { rows } = await admin.query<{ version: string }>(
      "select current_setting('server_version') as version",
    );
    return {
      databaseUrl: urlOf(lease, database),
      controlUrl: urlOf(lease, controlDatabase),
      directory,
      serverVersion: rows[0]?.version ?? "",
      seededNow: seed.now,
      payments,
      journal,
      access: seed.access,
      renew,
      async close() {
        await admin.end();
        lease.release();
      },
    };
  } catch (error) {
    await admin.end();
    lease.release();
    throw error;
  }
}

/** A machine of two cores that also runs everything else. Durable: fsync stays on. */
const serverSettings = {
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  jit: "off",
} as const;

/** Two starts on the same data would drop each other's database. The lock goes with this session. */
async function claim(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ free: boolean }>("select pg_try_advisory_lock(1717) as free");
  if (rows[0]?.free !== true) {
    throw new Error(
      "npm start is running in this clone already; nothing was changed. End that one first, with Ctrl-C.",
    );
  }
}

interface Seed {
  template: string;
  journal: string;
  access: Access;
  now: boolean;
}

async function seedOnce(from: {
  admin: Client;
  lease: Lease;
  directory: string;
  payments: number;
}): Promise<Seed> {
  const { admin, lease, directory, payments } = from;
  const template = `platform_seed_${await digestOfSeed(payments)}`;
  const journal = join(directory, `${template}.journal`);
  const accessFile = join(directory, `${template}.access.json`);
  const { rows } = await admin.query("select from pg_database where datname = $1::text", [template]);
  if (rows.length > 0) {
    return {
      template,
      journal,
      access: JSON.parse(await readFile(accessFile, "utf8")) as Access,
      now: false,
    };
  }
  await dropOldSeeds({ admin, directory });
  const building = `${template}_building`;
  await admin.query(`drop database if exists ${escapeIdentifier(building)} with (force)`);
  await admin.query(`create database ${escapeIdentifier(building)}`);
  const seed = await startProcess({
    name: "seed",
    databaseUrl: urlOf(lease, building),
    flags: { payments, journal },
    readyTimeoutMs: 300_000,
  });
  await seed.exited;
  const access = seed.ready["access"] as Access;
  await writeFile(accessFile, JSON.stringify(access), { mode: 0o600 });
  // The name comes last: a seed that has it is whole.
  await admin.query(`alter database ${escapeIdentifier(building)} rename to ${escapeIdentifier(template)}`);
  return { template, journal, access, now: true };
}

/** Changes when the baseline or the way that the past is made does. */
async function digestOfSeed(payments: number): Promise<string> {
  const digest = createHash("sha256").update(String(payments));
  for (const folder of ["migrations", "src/seed", "src/acquirer"]) {
    const entries = await readdir(join(packageRoot, folder), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.name.includes(".test."));
    const paths = files.map(({ parentPath, name }) => join(parentPath, name));
    for (const path of paths.toSorted()) digest.update(await readFile(path));
  }
  return digest.digest("hex").slice(0, 8);
}

async function dropOldSeeds({ admin, directory }: { admin: Client; directory: string }): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    "select datname as name from pg_database where datname like 'platform_seed_%'",
  );
  for (const { name } of rows) await admin.query(`drop database ${escapeIdentifier(name)} with (force)`);
  for (const file of await readdir(directory)) {
    if (file.startsWith("platform_seed_")) await rm(join(directory, file), { force: true });
  }
}

/** The journal is an SQLite database: its side files go with it. */
async function copyJournal({ from, to }: { from: string; to: string }): Promise<void> {
  for (const suffix of ["", "-wal", "-shm"]) {
    await rm(`${to}${suffix}`, { force: true });
    await copyFile(`${from}${suffix}`, `${to}${suffix}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT" || suffix === "") throw error;
    });
  }
}

function urlOf({ address }: Lease, name: string): string {
  const { host, port, user, password = "" } = address;
  return `postgres://${user}:${encodeURIComponent(password)}@${host}:${String(port)}/${name}`;
}
