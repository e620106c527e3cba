import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client, type ClientConfig } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { own } from "../shadow/server-user.ts";
import { startServer, type Server } from "../shadow/server.ts";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { resumeChange } from "./resume-change.ts";
import { shipChange } from "./ship-change.ts";

const settings = { wal_level: "replica", max_wal_senders: "4", hot_standby: "on" };

let directory: string;
let primary: Server;
let standby: Server | undefined;

const session = async (config: ClientConfig): Promise<Client> => {
  const client = new Client({ ...config, database: "postgres", application_name: "test" });
  await client.connect();
  return client;
};

/** A real standby: a copy of the data that was made while the server ran, and a stream from it. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-standby-"));
  await chmod(directory, 0o711);
  const [first, copy] = [join(directory, "p"), join(directory, "s")];
  primary = await startServer({ directory: first, listen: "socket", durable: false, settings });
  const client = await session(primary.address);
  await createPayments(client, { rows: 20_000 });
  await client.query("select pg_backup_start('copy', true)");
  await mkdir(copy);
  await promisify(execFile)("cp", ["-a", join(first, "data"), copy]);
  const { rows } = await client.query<{ label: string }>("select labelfile as label from pg_backup_stop()");
  await client.end();
  const data = join(copy, "data");
  await rm(join(data, "postmaster.pid"), { force: true });
  for (const [name, text] of [
    ["backup_label", rows[0]?.label ?? ""],
    ["standby.signal", ""],
  ] as const) {
    await writeFile(join(data, name), text, { mode: 0o600 });
    await own(join(data, name));
  }
  standby = await startServer({
    directory: copy,
    listen: "socket",
    durable: false,
    settings: {
      ...settings,
      primary_conninfo: `host=${primary.address.host} port=5432 user=postgres application_name=standby`,
    },
  });
});

afterAll(async () => {
  await standby?.stop();
  await primary.stop();
  await rm(directory, { recursive: true, force: true });
});

test("a backfill waits for a standby that does not keep up, stops when it stays behind, and goes on without it where it may", async () => {
  const behind = await session(standby?.address ?? {});
  await behind.query("select pg_wal_replay_pause()");
  const connection = { ...primary.address, database: "postgres" };
  const options = { plan: paidStatusPlan(), connection, to: "migrate" as const };
  const backfill = { replicationLagBytes: 64 * 1024, batchMs: 5 };
  const events = new CollectedEvents();
  await expect(
    shipChange({ ...options, backfill: { ...backfill, replicationWaitMs: 500 }, on: events.on }),
  ).rejects.toMatchObject({
    code: "replication-lag",
    message: expect.stringContaining("A standby is") as unknown,
  });
  expect(events.of("backfill-throttled").map(({ reason }) => reason)).toContain("replication-lag");
  const client = await session(primary.address);
  const left = await client.query<{ n: number }>(
    "select count(*)::integer as n from payments where status is null",
  );
  expect(left.rows[0]?.n).toBeGreaterThan(0);
  const impatient = { ...backfill, replicationWaitMs: 500 };
  await expect(
    resumeChange({ connection, backfill: { ...impatient, ignoredStandbys: ["another"] } }),
  ).rejects.toMatchObject({ code: "replication-lag" });
  expect(
    await resumeChange({ connection, backfill: { ...impatient, ignoredStandbys: ["standby"] } }),
  ).toMatchObject({ state: "ready" });
  await behind.query("select pg_wal_replay_resume()");
  const after = await client.query("select from payments where status is null");
  expect(after.rowCount).toBe(0);
  await client.end();
  await behind.end();
});
