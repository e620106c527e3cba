import { chmod, mkdir, mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { startServer, type Server } from "../../packages/interlock/src/shadow/server.ts";
import { sleep } from "../../packages/interlock/src/std/sleep.ts";
import { rows, table } from "./change.ts";

/** A database of rows for one fill. */
export interface Copy {
  database: string;
  client: Client;
  /** Of the table and its indexes as it comes. */
  bytes: number;
}

/** The table and its indexes, in bytes. */
export async function sizeOf(client: Client): Promise<number> {
  const { rows: found } = await client.query<{ bytes: string }>(
    "select pg_total_relation_size('payments') as bytes",
  );
  return Number(found[0]?.bytes ?? 0);
}

/** For how long nobody else must have been at work, for a backfill to take the database for its own, and some more. */
const quietMs = 2_500;

/** A server of the bench's own, as it comes but for what pg_stat_statements needs, with a template for each size. */
export class Site {
  readonly directory: string;
  readonly #server: Server;
  readonly #admin: Client;

  private constructor(directory: string, server: Server, admin: Client) {
    this.directory = directory;
    this.#server = server;
    this.#admin = admin;
  }

  static async open(bytes: number): Promise<Site> {
    const directory = await mkdtemp(join(await roomFor(bytes), "interlock-bench-backfill-"));
    await chmod(directory, 0o711);
    const server = await startServer({ directory, listen: "socket", durable: true, settings: {} });
    const admin = new Client({ ...server.address, database: "postgres" });
    await admin.connect();
    return new Site(directory, server, admin);
  }

  get version(): Promise<string> {
    return this.#admin
      .query<{ version: string }>("select current_setting('server_version') as version")
      .then(({ rows: [row] }) => row?.version ?? "");
  }

  address(database: string): { host: string; port: number; user: string; database: string } {
    const { host, port, user } = this.#server.address;
    return { host, port, user, database };
  }

  /** As a URL, for programs that take nothing else. */
  url(database: string): string {
    const { host, user } = this.#server.address;
    return `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&sslmode=disable`;
  }

  async makeTemplate(size: number): Promise<void> {
    const name = templateName(size);
    await this.#admin.query(`create database ${name}`);
    const client = new Client(this.address(name));
    await client.connect();
    await client.query(table);
    await client.query(rows, [size]);
    await client.query("vacuum (analyze, freeze) payments");
    await client.end();
  }

  async dropTemplate(size: number): Promise<void> {
    await this.#admin.query(`drop database if exists ${templateName(size)} with (force)`);
  }

  /** A database of that many rows, for the time of `work`. */
  async withCopy<T>(size: number, work: (copy: Copy) => Promise<T>): Promise<T> {
    const name = "measured";
    await this.#admin.query(`create database ${name} template ${templateName(size)} strategy file_copy`);
    await this.#admin.query("checkpoint");
    const client = new Client(this.address(name));
    await client.connect();
    // So that what is to be read is as much at hand for the first as for the second.
    await client.query("select count(*) from payments");
    const bytes = await sizeOf(client);
    // Our own session is not somebody whom a backfill makes way for.
    await sleep(quietMs);
    try {
      return await work({ database: name, client, bytes });
    } finally {
      await client.end();
      await this.#admin.query(`drop database ${name} with (force)`);
      await this.#admin.query("checkpoint");
    }
  }

  async close(): Promise<void> {
    await this.#admin.end();
    await this.#server.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

function templateName(size: number): string {
  return `rows_${String(size)}`;
}

/** Memory where there is room, so that another user of the disk is not measured along; else the disk. */
async function roomFor(bytes: number): Promise<string> {
  const memory = "/dev/shm";
  const free = await statfs(memory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  if (free >= bytes) return memory;
  await mkdir(tmpdir(), { recursive: true });
  return tmpdir();
}
