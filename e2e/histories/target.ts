import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, type ClientConfig } from "pg";
import { sessionIsGone } from "../../packages/interlock/src/database/sqlstate.ts";
import { startServer, type Server } from "../../packages/interlock/src/shadow/server.ts";
import { Failure } from "../../packages/interlock/src/std/failure.ts";
import { sleep } from "../../packages/interlock/src/std/sleep.ts";

/** A server that changes are shipped to, and that can be killed: what was committed is there afterwards. */
export class TargetServer {
  readonly #directory: string;
  #server: Server;

  private constructor(directory: string, server: Server) {
    this.#directory = directory;
    this.#server = server;
  }

  static async start(): Promise<TargetServer> {
    const directory = await mkdtemp(join(tmpdir(), "il-"));
    await chmod(directory, 0o711);
    return new TargetServer(directory, await startServer({ directory, listen: "socket", durable: true }));
  }

  /** Kills it without a word and starts it again. */
  async crash(): Promise<void> {
    const gone = once(this.#server.process, "exit");
    this.#server.process.kill("SIGKILL");
    await gone;
    this.#server = await startAgain(this.#directory);
  }

  connection(database: string): ClientConfig {
    return { ...this.#server.address, database, options: "-c timezone=UTC" };
  }

  async createDatabase(): Promise<string> {
    const name = `history_${randomBytes(4).toString("hex")}`;
    await this.#administer(`create database ${name}`);
    return name;
  }

  async dropDatabase(name: string): Promise<void> {
    await this.#administer(`drop database if exists ${name} with (force)`);
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #administer(sql: string): Promise<void> {
    const client = new Client(this.connection("postgres"));
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

/** The killed server's own children take a moment to notice, and hold its memory until then. */
async function startAgain(directory: string): Promise<Server> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startServer({ directory, listen: "socket", durable: true });
    } catch (error) {
      const held = error instanceof Failure && error.why?.includes("still in use") === true;
      if (!held || tries > 300) throw error;
      await sleep(50);
    }
  }
}

/** Opens a session of an app version, and goes on trying while the server starts again. */
export async function openSession(target: TargetServer, database: string, name: string): Promise<Client> {
  for (let tries = 1; ; tries += 1) {
    const client = new Client({ ...target.connection(database), application_name: name });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.query("set statement_timeout = '120s'");
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      const away = sessionIsGone(error) || /ECONNREFUSED|ENOENT|starting up|terminated/.test(String(error));
      if (!away || tries > 600) throw error;
      await sleep(50);
    }
  }
}
