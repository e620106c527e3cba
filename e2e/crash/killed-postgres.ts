import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "pg";
import { rollbackChange } from "../../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../../packages/interlock/src/ship/ship-change.ts";
import { startServer, type Server } from "../../packages/interlock/src/shadow/server.ts";
import { sleep } from "../../packages/interlock/src/std/sleep.ts";
import { withClient } from "./connections.ts";
import { fingerprint } from "./fingerprint.ts";
import { placeOf, randomOf, watchMessages } from "./kill-at.ts";
import { finish, stateOnceFree, type KilledRun } from "./killed-executor.ts";
import type { Databases, Reference } from "./reference.ts";

/** Returns once a process is gone for its parent as well, which is when PostgreSQL begins to recover. */
async function goneFor(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(5);
  }
}

/** A server that keeps its data, to be killed and started again. */
export class MortalServer implements Databases {
  readonly #directory: string;
  #server: Server;
  #starting: Promise<void> | undefined;

  private constructor(directory: string, server: Server) {
    this.#directory = directory;
    this.#server = server;
  }

  static async start(): Promise<MortalServer> {
    const directory = await mkdtemp(join(tmpdir(), "il-"));
    await chmod(directory, 0o711);
    return new MortalServer(directory, await startServer({ directory, listen: "socket", durable: true }));
  }

  async createDatabase({ template = "template1" }: { template?: string } = {}): Promise<string> {
    const name = `crash_${randomBytes(6).toString("hex")}`;
    await withClient(this.connection("postgres"), (client) =>
      client.query(`create database ${name} template ${template}`),
    );
    return name;
  }

  async dropDatabase(database: string): Promise<void> {
    await withClient(this.connection("postgres"), (client) =>
      client.query(`drop database if exists ${database} with (force)`),
    );
  }

  connection(database: string): object {
    return { ...this.#server.address, database };
  }

  /** The whole server, as when its machine loses its power; it is started again by itself. */
  killAll(): void {
    const gone = once(this.#server.process, "exit");
    this.#server.process.kill("SIGKILL");
    this.#starting = gone.then(() => this.#startAgain());
  }

  async #startAgain(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#server = await startServer({ directory: this.#directory, listen: "socket", durable: true });
        return;
      } catch (error) {
        // The processes of the killed one take a moment to see that it is gone.
        if (tries === 20) throw error;
        await sleep(100);
      }
    }
  }

  /** The process of one session, upon which PostgreSQL ends all others and recovers. */
  killBackend(session: Client): void {
    const pid: unknown = Reflect.get(session, "processID");
    if (typeof pid !== "number") return;
    process.kill(pid, "SIGKILL");
    this.#starting = goneFor(pid);
  }

  /** Returns once it takes connections again. */
  async back(): Promise<void> {
    await this.#starting;
    for (let tries = 0; tries < 3_000; tries += 1) {
      const failure = await withClient(this.connection("postgres"), () => Promise.resolve()).catch(String);
      if (failure === undefined) return;
      await sleep(20);
    }
    throw new Error("the server did not come back");
  }

  async stop(): Promise<void> {
    await this.back();
    await this.#server.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

/**
 * Ships while PostgreSQL is killed at a place in the conversation that the seed chooses. Either the executor finds it
 * again by itself, or it gives up at once and another command goes on, forward or back.
 */
export async function runWithPostgresKilled(
  server: MortalServer,
  { reference, seed }: { reference: Reference; seed: number },
): Promise<KilledRun> {
  const { change, ends, messages, template } = reference;
  const random = randomOf(seed);
  const database = await server.createDatabase({ template });
  const connection = server.connection(database);
  const place = placeOf(random, messages.ship);
  const whole = random() < 0.4;
  const patient = random() < 0.6;
  const back = random() < 0.4;
  let armed = true;
  const strike = (session: Client): void => {
    if (!armed) return;
    armed = false;
    if (whole) server.killAll();
    else server.killBackend(session);
  };
  const stop = watchMessages(place, strike);
  try {
    await shipChange({
      plan: change.plan,
      connection,
      backfill: { batchMs: 8 },
      reconnectForMs: patient ? 60_000 : 1,
    }).catch(expected);
    stop();
    armed = false;
    await server.back();
    const killedWhile = [await stateOnceFree(connection)];
    if (back && ["expanding", "migrating"].includes(killedWhile[0] ?? "")) {
      armed = true;
      const stopBack = watchMessages(placeOf(random, messages.rollback), strike);
      await rollbackChange({ connection, acceptLoss: true, reconnectForMs: 60_000 }).catch(expected);
      stopBack();
      armed = false;
      await server.back();
      killedWhile.push(await stateOnceFree(connection));
    }
    const state = await finish(connection, { back, reference });
    const left = await fingerprint(connection);
    const wanted = ends[state === "rolled-back" ? state : "done"].plain;
    if (left !== wanted)
      throw new Error(
        `${change.name}: ${state} after ${killedWhile.join(", ")} left ${left} and not ${wanted}`,
      );
    return { seed, change: change.name, killedWhile, state };
  } finally {
    stop();
    await server.back();
    await server.dropDatabase(database);
  }
}

/** A server that does not come back in time, also before anything was begun. */
function expected(error: unknown): void {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  const known = ["database-went-away", "database-not-reachable", "database-not-ready"];
  if (!known.includes(String(code))) throw error;
}
