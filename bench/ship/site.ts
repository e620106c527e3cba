import { chmod, copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, escapeIdentifier, type ClientConfig } from "pg";
import { openServer } from "../../packages/interlock/src/shadow/open-server.ts";
import { applyChanges, changesBefore } from "../../packages/payments/src/changes/changes.ts";
import { ibanKeyOptions } from "../../packages/payments/src/database/iban-key.ts";
import { startProcess } from "../../packages/payments/src/platform/supervisor.ts";
import { testingIbanKey } from "../../packages/payments/src/record/structures.ts";
import type { Access } from "../../packages/payments/src/seed/access.ts";
import { addMoreHistory } from "./more-history.ts";
import { ServerLog } from "./server-log.ts";

/** A database in which a platform of some release can run, with the acquirer's journal that belongs to it. */
export interface Place {
  name: string;
  connection: ClientConfig;
  databaseUrl: string;
  journal: string;
  access: Access;
}

/** A durable PostgreSQL with a platform's past, on the structure of any release. */
export interface Site {
  log: ServerLog;
  /** A new copy of that past on the structure of a release: the changes up to it were made directly. */
  newPlace(version: string): Promise<Place>;
  dropPlace(place: Place): Promise<void>;
  /** A session on the past itself; nobody writes there. */
  connectToPast(version: string): Promise<Client>;
  close(): Promise<void>;
}

/** As `npm start` has it, with what the server itself says of statements that fail or take long. */
const settings = {
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  jit: "off",
  logging_collector: "on",
  log_destination: "jsonlog",
  log_directory: "log",
  log_filename: "server.log",
  log_rotation_size: "0",
  log_rotation_age: "0",
  log_min_duration_statement: "20ms",
} as const;

/** The session's end, and everything that is prepared on it, comes with the place's. */
const first = "2.2.0";

/** Opens it; `payments` are those of the past. */
export async function openSite({ payments }: { payments: number }): Promise<Site> {
  // Every process of the platform, and whoever ships, brings the key along.
  process.env["IBAN_KEY"] = testingIbanKey;
  process.env["PGOPTIONS"] = ibanKeyOptions(testingIbanKey).options;
  const directory = await mkdtemp(join(tmpdir(), "ship-bench-"));
  // PostgreSQL runs as a user of its own where we are root.
  await chmod(directory, 0o755);
  const lease = await openServer({ directory: join(directory, "postgres"), settings });
  const { host, port, user, password = "" } = lease.address;
  const urlOf = (name: string): string =>
    `postgres://${user}:${encodeURIComponent(password)}@${host}:${String(port)}/${name}`;
  const connectionOf = (name: string): ClientConfig => ({
    connectionString: urlOf(name),
    ...ibanKeyOptions(testingIbanKey),
  });
  const connect = async (name: string): Promise<Client> => {
    const client = new Client(connectionOf(name));
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const admin = await connect("postgres");
  const close = async (): Promise<void> => {
    await admin.end().catch(() => undefined);
    lease.release();
    await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  };
  try {
    const copy = async (name: string, template: string): Promise<void> => {
      await admin.query(
        `create database ${escapeIdentifier(name)} template ${escapeIdentifier(template)} strategy file_copy`,
      );
    };
    const journal = join(directory, "past.journal");
    await admin.query(`create database past_${first.replaceAll(".", "_")}`);
    const access = await makePast({ url: urlOf(pastOf(first)), journal, payments, connect });
    const pasts = new Map<string, Promise<string>>([[first, Promise.resolve(pastOf(first))]]);
    const makePastOf = async (version: string): Promise<string> => {
      const change = changesBefore(version).at(-1);
      if (change === undefined) throw new Error("the first past is there");
      await copy(pastOf(version), await past(change.from));
      const client = await connect(pastOf(version));
      try {
        await applyChanges(client, [change]);
        await client.query("vacuum analyze");
      } finally {
        await client.end();
      }
      return pastOf(version);
    };
    const past = async (version: string): Promise<string> => {
      const made = pasts.get(version) ?? makePastOf(version);
      pasts.set(version, made);
      return made;
    };
    let places = 0;
    return {
      log: new ServerLog(join(directory, "postgres", "data", "log", "server.json")),
      async newPlace(version) {
        places += 1;
        const name = `place_${String(places)}`;
        await copy(name, await past(version));
        await copyJournal(journal, join(directory, `${name}.journal`));
        return {
          name,
          connection: connectionOf(name),
          databaseUrl: urlOf(name),
          journal: join(directory, `${name}.journal`),
          access,
        };
      },
      async dropPlace({ name, journal: file }) {
        await admin.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
        for (const suffix of journalFiles) await rm(`${file}${suffix}`, { force: true });
      },
      connectToPast: async (version) => connect(await past(version)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function pastOf(version: string): string {
  return `past_${version.replaceAll(".", "_")}`;
}

async function makePast({
  url,
  journal,
  payments,
  connect,
}: {
  url: string;
  journal: string;
  payments: number;
  connect: (name: string) => Promise<Client>;
}): Promise<Access> {
  const seed = await startProcess({
    name: "seed",
    databaseUrl: url,
    flags: { payments, journal },
    readyTimeoutMs: 300_000,
  });
  await seed.exited;
  const access = seed.ready["access"] as Access;
  const client = await connect(pastOf(first));
  try {
    await addMoreHistory(client, payments);
    const { rows } = await client.query<{ email: string }>(
      "select login_email as email from merchants where starts_with(id, 'acc_0') and login_email is not null",
    );
    const { password } = access.login;
    return { ...access, logins: rows.map(({ email }) => ({ email, password })) };
  } finally {
    await client.end();
  }
}

/** The journal is an SQLite database: its side files go with it. */
const journalFiles = ["", "-wal", "-shm"];

async function copyJournal(from: string, to: string): Promise<void> {
  for (const suffix of journalFiles) {
    await copyFile(`${from}${suffix}`, `${to}${suffix}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT" || suffix === "") throw error;
    });
  }
}
