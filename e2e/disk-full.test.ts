import { spawnSync } from "node:child_process";
import { closeSync, openSync, statfsSync, writeSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startServer, type Server } from "../packages/interlock/src/shadow/server.ts";
import { own } from "../packages/interlock/src/shadow/server-user.ts";
import { createPayments, paidStatusPlan } from "../packages/interlock/src/ship/example-change.ts";
import { resumeChange } from "../packages/interlock/src/ship/resume-change.ts";
import { rollbackChange } from "../packages/interlock/src/ship/rollback-change.ts";
import type { ShipEvent } from "../packages/interlock/src/ship/ship-event.ts";
import { shipChange } from "../packages/interlock/src/ship/ship-change.ts";
import { shipStatus } from "../packages/interlock/src/ship/ship-status.ts";
import { withClient, type ClientConfig } from "./crash/connections.ts";
import { fingerprint } from "./crash/fingerprint.ts";

// A database of its own on a disk of 48 MB. The journal of the server (WAL) is on another one: where that is full
// PostgreSQL stops, which is what the tests of a killed server are about.
const megabyte = 1024 * 1024;
const directory = await mkdtemp(join(tmpdir(), "il-"));
const disk = join(directory, "disk");
await mkdir(disk);
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=48m", "tmpfs", disk]).status === 0;
if (!mounted)
  process.stderr.write(
    "The tests of a full disk are skipped: nothing can be mounted here (it needs root).\n",
  );
const filler = join(disk, "filler");
let server: Server;

const on = (database: string): ClientConfig => ({ ...server.address, database });

/** Leaves so many bytes free, before anything else happens in this process. */
function fillUpTo(left: number): void {
  const { bavail, bsize } = statfsSync(disk);
  const file = openSync(filler, "a");
  try {
    const bytes = Math.max(bavail * bsize - left, 0);
    for (let at = 0; at < bytes; at += megabyte)
      writeSync(file, Buffer.alloc(Math.min(bytes - at, megabyte)));
  } finally {
    closeSync(file);
  }
}

const makeRoom = (): Promise<void> => rm(filler, { force: true });

const createDatabase = async (name: string): Promise<void> => {
  await withClient(on("postgres"), (client) => client.query(`create database ${name} tablespace small`));
  await withClient(on(name), (client) => createPayments(client, { rows: 40_000 }));
};

const dropDatabase = (name: string): Promise<unknown> =>
  withClient(on("postgres"), (client) => client.query(`drop database if exists ${name} with (force)`));

describe.skipIf(!mounted)("the disk is full", () => {
  let expected: { shipped: string; unchanged: string };
  let database = 0;
  const connection = (): ClientConfig => on(`full${String(database)}`);

  beforeAll(async () => {
    await chmod(directory, 0o711);
    server = await startServer({ directory: join(directory, "server"), listen: "socket", durable: true });
    const place = join(disk, "small");
    await mkdir(place, { mode: 0o700 });
    await own(place);
    await withClient(on("postgres"), (client) => client.query(`create tablespace small location '${place}'`));
    await createDatabase("unharmed");
    const unchanged = await fingerprint(on("unharmed"));
    await shipChange({ plan: paidStatusPlan(), connection: on("unharmed") });
    expected = { shipped: await fingerprint(on("unharmed")), unchanged };
    await dropDatabase("unharmed");
  });

  afterAll(async () => {
    await server.stop();
  });

  beforeEach(async () => {
    database += 1;
    const name = `full${String(database)}`;
    await createDatabase(name);
    return async () => {
      await makeRoom();
      await dropDatabase(name);
    };
  });

  /** Ships until the disk is full, which it is from the start of this step on but for what is left. */
  async function shipIntoFullDisk(step: string, left: number): Promise<void> {
    let filled = false;
    const shipped = shipChange({
      plan: paidStatusPlan(),
      connection: connection(),
      on: (event: ShipEvent) => {
        if (filled || event.type !== "step-started" || event.step !== step) return;
        filled = true;
        fillUpTo(left);
      },
    });
    await expect(shipped).rejects.toMatchObject({
      code: "disk-full",
      state: expect.stringContaining("The migrate phase is under way") as unknown,
    });
    expect(await shipStatus({ connection: connection() })).toMatchObject({
      change: { state: "migrating", failure: { code: "disk-full" } },
    });
  }

  test.each([
    ["in the backfill", "migrate-1", 256 * 1024],
    ["while the index is built", "migrate-4", 64 * 1024],
  ])("%s: it stops in words, and goes on when there is room", async (_, step, left) => {
    await shipIntoFullDisk(step, left);
    await makeRoom();
    expect(await resumeChange({ connection: connection() })).toMatchObject({ state: "done" });
    expect(await fingerprint(connection())).toBe(expected.shipped);
  });

  test("without any room it can be rolled back", async () => {
    await shipIntoFullDisk("migrate-1", 256 * 1024);
    expect(await rollbackChange({ connection: connection() })).toMatchObject({ state: "rolled-back" });
    expect(await fingerprint(connection())).toBe(expected.unchanged);
  });
});

afterAll(async () => {
  if (mounted) spawnSync("umount", [disk]);
  await rm(directory, { recursive: true, force: true });
});
