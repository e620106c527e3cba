import { once } from "node:events";
import { chmod, cp, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServer, type Server } from "../packages/interlock/src/shadow/server.ts";
import { own } from "../packages/interlock/src/shadow/server-user.ts";
import { CollectedEvents } from "../packages/interlock/src/ship/collected-events.ts";
import { createPayments, paidStatusPlan } from "../packages/interlock/src/ship/example-change.ts";
import { resumeChange } from "../packages/interlock/src/ship/resume-change.ts";
import { rollbackChange } from "../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../packages/interlock/src/ship/ship-change.ts";
import { shipStatus } from "../packages/interlock/src/ship/ship-status.ts";
import { TestingProxy } from "../packages/interlock/src/ship/testing-proxy.ts";
import { sleep } from "../packages/interlock/src/std/sleep.ts";
import { withClient, type ClientConfig } from "./crash/connections.ts";
import { fingerprint } from "./crash/fingerprint.ts";

// A primary and a standby of it, made from a copy of its folder; the executor reaches whoever is primary at one address.
const settings = { wal_level: "replica", max_prepared_transactions: "5" };
const databases = ["unharmed", "behind", "forgotten", "returned", "prepared"];
let directory: string;
let primary: Server;
let standby: Server;
let proxy: TestingProxy;
let expected: string;

const start = (name: string, extra: Record<string, string> = {}): Promise<Server> =>
  startServer({
    directory: join(directory, name),
    listen: "socket",
    durable: true,
    settings: { ...settings, ...extra },
  });
const of = (server: Server, database: string): ClientConfig => ({ ...server.address, database });
const onStandby = (sql: string): Promise<unknown> =>
  withClient(of(standby, "postgres"), (client) => client.query(sql));

/** Returns once the standby has all that the primary has. */
async function caughtUp(): Promise<void> {
  const { rows } = await withClient(of(primary, "postgres"), (client) =>
    client.query<{ at: string }>("select pg_current_wal_lsn()::text as at"),
  );
  for (;;) {
    const replayed = await withClient(of(standby, "postgres"), (client) =>
      client.query<{ there: boolean }>("select pg_last_wal_replay_lsn() >= $1::pg_lsn as there", [
        rows[0]?.at,
      ]),
    );
    if (replayed.rows[0]?.there === true) return;
    await sleep(10);
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "il-"));
  await chmod(directory, 0o711);
  primary = await start("p");
  await withClient(of(primary, "postgres"), async (client) => {
    for (const name of databases) await client.query(`create database ${name}`);
  });
  for (const name of databases)
    await withClient(of(primary, name), (client) => createPayments(client, { rows: 3_000 }));
  await shipChange({ plan: paidStatusPlan(), connection: of(primary, "unharmed") });
  expected = await fingerprint(of(primary, "unharmed"));
  await primary.stop();
  await cp(join(directory, "p"), join(directory, "s"), { recursive: true, preserveTimestamps: true });
  await give(join(directory, "s"));
  primary = await start("p");
  standby = await start("s", {
    primary_conninfo: `host=${primary.address.host} port=5432 user=postgres`,
    hot_standby: "on",
  });
  proxy = await TestingProxy.open(primary.address);
});

/** The copied files belong to whom the server runs as, and it is a standby by a file. */
async function give(folder: string): Promise<void> {
  const data = join(folder, "data");
  await rm(join(folder, "socket"), { recursive: true, force: true });
  await writeFile(join(data, "standby.signal"), "");
  await ownAll(data);
}

async function ownAll(path: string): Promise<void> {
  await own(path);
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true }))
    await own(join(entry.parentPath, entry.name));
}

afterAll(async () => {
  await proxy.close();
  await standby.stop();
  await primary.stop();
  await rm(directory, { recursive: true, force: true });
});

describe("another server takes over", () => {
  test("a standby is refused in words, and status can be read there", async () => {
    const connection = of(standby, "behind");
    await expect(shipChange({ plan: paidStatusPlan(), connection })).rejects.toMatchObject({
      code: "database-read-only",
      state: "Nothing was changed.",
    });
    expect((await shipStatus({ connection: of(standby, "unharmed") })).change).toMatchObject({
      state: "done",
    });
  });

  test("a prepared transaction in the way is named", async () => {
    const connection = of(primary, "prepared");
    await withClient(connection, (client) =>
      client.query("begin; update payments set note = 'x' where id = 1; prepare transaction 'transfer 7'"),
    );
    const stopped = shipChange({ plan: paidStatusPlan(), connection, lockBudgetMs: 20, retryForMs: 300 });
    await expect(stopped).rejects.toMatchObject({
      code: "lock-not-available",
      why: expect.stringContaining("prepared transaction transfer 7") as unknown,
    });
    await withClient(connection, (client) => client.query("commit prepared 'transfer 7'"));
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
  });

  test("one that has lost the last commits: the change goes on from where its journal stands", async () => {
    await shipChange({ plan: paidStatusPlan(), connection: of(primary, "behind"), to: "expand" });
    await caughtUp();
    // From now on it follows no more.
    await standby.stop();
    standby = await start("s", { primary_conninfo: "" });
    const events = new CollectedEvents();
    let promoted: Promise<unknown> = Promise.resolve();
    const connection = proxy.through(of(primary, "behind"));
    const takeOver = async (): Promise<void> => {
      const gone = once(primary.process, "exit");
      primary.process.kill("SIGKILL");
      proxy.lead(standby.address);
      await gone;
      await events.first("connection-lost");
      await onStandby("select pg_promote()");
    };
    await shipChange({
      plan: paidStatusPlan({ id: "chg-forgotten" }),
      connection: of(primary, "forgotten"),
      to: "migrate",
    });
    const shipped = await shipChange({
      plan: paidStatusPlan(),
      connection,
      reconnectForMs: 120_000,
      on: (event) => {
        events.on(event);
        if (
          event.type === "step-started" &&
          event.step === "migrate-2" &&
          events.of("connection-lost").length === 0
        )
          promoted = takeOver();
      },
    });
    await promoted;
    expect(shipped).toMatchObject({ state: "done" });
    // It had been through, and the server that took over knew nothing of it.
    expect(events.of("step-started").filter(({ step }) => step === "migrate-1")).toHaveLength(2);
    expect(await fingerprint(of(standby, "behind"))).toBe(expected);
  });

  test("one that knows nothing of the change at all: there is nothing to resume, and shipping again does all of it", async () => {
    const connection = proxy.through(of(standby, "forgotten"));
    expect((await shipStatus({ connection })).change).toBeNull();
    await expect(resumeChange({ connection })).rejects.toMatchObject({ code: "nothing-to-resume" });
    expect(await shipChange({ plan: paidStatusPlan(), connection })).toMatchObject({ state: "done" });
    expect(await fingerprint(of(standby, "forgotten"))).toBe(expected);
  });

  test("the old one that comes back is not worked on", async () => {
    primary = await start("p");
    const connection = proxy.through(of(standby, "returned"));
    let led = false;
    const stopped = shipChange({
      plan: paidStatusPlan(),
      connection,
      on: ({ type }) => {
        if (type === "backfill-progress" && !led) proxy.lead(primary.address);
        led ||= type === "backfill-progress";
      },
    });
    await expect(stopped).rejects.toMatchObject({
      code: "other-server",
      why: expect.stringContaining("timeline 1") as unknown,
      state: expect.stringContaining("The migrate phase is under way") as unknown,
    });
    proxy.lead(standby.address);
    expect(await resumeChange({ connection })).toMatchObject({ state: "done" });
    expect(await fingerprint(of(standby, "returned"))).toBe(expected);
  });
});
