import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connect } from "../packages/interlock/src/database/connect.ts";
import { CollectedEvents } from "../packages/interlock/src/ship/collected-events.ts";
import { createPayments, paidStatusPlan } from "../packages/interlock/src/ship/example-change.ts";
import { resumeChange } from "../packages/interlock/src/ship/resume-change.ts";
import { shipChange } from "../packages/interlock/src/ship/ship-change.ts";
import { shipStatus } from "../packages/interlock/src/ship/ship-status.ts";
import { startServer, type Server } from "../packages/interlock/src/shadow/server.ts";
import { fingerprint } from "./crash/fingerprint.ts";

let directory: string;
let server: Server;
let expected: string;

const rows = 30_000;
const connectionTo = (database: string): object => ({ ...server.address, database });

async function start(): Promise<void> {
  // Durable: what was committed must be there after the crash.
  server = await startServer({ directory, listen: "socket", durable: true });
}

async function kill(): Promise<void> {
  const gone = once(server.process, "exit");
  server.process.kill("SIGKILL");
  await gone;
}

async function createDatabase(name: string): Promise<void> {
  const admin = await connect(connectionTo("postgres"));
  await admin.query(`create database ${name}`);
  await admin.end();
  const client = await connect(connectionTo(name));
  await createPayments(client, { rows });
  await client.end();
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "il-"));
  await chmod(directory, 0o711);
  await start();
  await createDatabase("unharmed");
  await shipChange({ plan: paidStatusPlan(), connection: connectionTo("unharmed") });
  expected = await fingerprint(connectionTo("unharmed"));
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

let database: string;
let databases = 0;
beforeEach(async () => {
  databases += 1;
  database = `harmed_${String(databases)}`;
  await createDatabase(database);
});

describe("kill -9 of PostgreSQL in the middle of the backfill", () => {
  test("the executor finds the server again and goes on where the journal stands", async () => {
    const events = new CollectedEvents();
    const shipping = shipChange({
      plan: paidStatusPlan(),
      connection: connectionTo(database),
      on: events.on,
    });
    await events.first("backfill-progress");
    await kill();
    await events.first("connection-lost");
    await start();
    expect(await shipping).toMatchObject({ state: "done" });
    expect(events.of("reconnected")).toHaveLength(1);
    expect(await fingerprint(connectionTo(database))).toBe(expected);
  });

  test("one that does not come back is a clear failure; later resume goes on", async () => {
    const events = new CollectedEvents();
    const shipping = shipChange({
      plan: paidStatusPlan(),
      connection: connectionTo(database),
      reconnectForMs: 300,
      on: events.on,
    });
    shipping.catch(() => undefined);
    await events.first("backfill-progress");
    await kill();
    await expect(shipping).rejects.toMatchObject({
      code: "database-went-away",
      state: expect.stringContaining("The migrate phase is under way") as unknown,
      next: expect.stringContaining("interlock resume") as unknown,
    });
    await start();
    const connection = connectionTo(database);
    const { change } = await shipStatus({ connection });
    expect(change).toMatchObject({ state: "migrating", interrupted: true });
    expect(await resumeChange({ connection })).toMatchObject({ state: "done" });
    expect(await fingerprint(connection)).toBe(expected);
  });
});
