import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { serverUser } from "../packages/interlock/src/shadow/directories.ts";
import { startServer, type Server } from "../packages/interlock/src/shadow/server.ts";
import { own, serverEnvironment } from "../packages/interlock/src/shadow/server-user.ts";
import { createPayments, paidStatusPlan } from "../packages/interlock/src/ship/example-change.ts";
import { resumeChange } from "../packages/interlock/src/ship/resume-change.ts";
import { rollbackChange } from "../packages/interlock/src/ship/rollback-change.ts";
import { shipChange } from "../packages/interlock/src/ship/ship-change.ts";
import { shipStatus } from "../packages/interlock/src/ship/ship-status.ts";
import { withClient, type ClientConfig } from "./crash/connections.ts";

// PgBouncer in transaction mode between the application and the database: three server sessions for everybody.
const hasPooler = spawnSync("pgbouncer", ["--version"]).status === 0;
if (!hasPooler)
  process.stderr.write(
    "The tests with PgBouncer are skipped: there is none here. Debian: apt-get install pgbouncer.\n",
  );

/** What each payment is, by its number. */
const byId = (rows: readonly { id: string | number; paid: boolean }[]): Map<number, boolean> =>
  new Map(rows.map(({ id, paid }) => [Number(id), paid]));

describe.skipIf(!hasPooler)("PgBouncer in transaction mode in between", () => {
  const serverSessions = 3;
  let directory: string;
  let server: Server;
  let pooler: ChildProcess;
  let said = "";

  const directly = (database: string): ClientConfig => ({ ...server.address, database });
  const pooled = (database: string, version = ""): ClientConfig => ({
    host: directory,
    port: 6432,
    user: "postgres",
    database,
    application_name: version,
  });
  /** A session as an application opens it, through the pooler. */
  const open = async (database: string, version?: string): Promise<Client> => {
    const client = new Client(pooled(database, version));
    await client.connect();
    return client;
  };
  /** What only PgBouncer's console can do. */
  const tellPooler = async (command: string): Promise<void> => {
    const client = await open("pgbouncer");
    await client.query(command);
    await client.end();
  };

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "il-"));
    await chmod(directory, 0o755);
    server = await startServer({ directory: join(directory, "server"), listen: "socket", durable: false });
    const settings = join(directory, "pgbouncer.ini");
    const users = join(directory, "users.txt");
    await mkdir(join(directory, "log"));
    await writeFile(users, `"postgres" ""\n`);
    await writeFile(
      settings,
      `[databases]
* = host=${server.address.host} port=${String(server.address.port)} user=postgres
[pgbouncer]
unix_socket_dir = ${directory}
listen_port = 6432
auth_type = any
auth_file = ${users}
admin_users = postgres
pool_mode = transaction
default_pool_size = ${String(serverSessions)}
ignore_startup_parameters = extra_float_digits,options
`,
    );
    for (const path of [directory, settings, users]) await own(path);
    pooler = spawn("pgbouncer", [settings], {
      env: serverEnvironment(),
      stdio: ["ignore", "ignore", "pipe"],
      ...serverUser,
    });
    pooler.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
    await vi.waitUntil(
      () => {
        if (pooler.exitCode !== null) throw new Error(said);
        return said.includes("process up");
      },
      { timeout: 60_000 },
    );
  });

  afterAll(async () => {
    const gone = once(pooler, "exit");
    pooler.kill("SIGTERM");
    await gone;
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const createDatabase = async (name: string): Promise<void> => {
    await withClient(directly("postgres"), (client) => client.query(`create database ${name}`));
    await withClient(directly(name), (client) => createPayments(client, { rows: 5_000 }));
  };

  test.each([
    ["ship", (connection: ClientConfig) => shipChange({ plan: paidStatusPlan(), connection })],
    ["resume", (connection: ClientConfig) => resumeChange({ connection })],
    ["rollback", (connection: ClientConfig) => rollbackChange({ connection })],
  ])("%s is refused in words and leaves nothing behind", async (verb, run) => {
    const name = `refused_${verb}`;
    await createDatabase(name);
    await expect(run(pooled(name))).rejects.toMatchObject({
      code: "pooled-connection",
      state: "Nothing was changed.",
      next: expect.stringContaining("PostgreSQL server itself") as unknown,
    });
    await withClient(directly(name), async (client) => {
      const { rows } = await client.query("select from pg_namespace where nspname = 'interlock'");
      expect(rows).toHaveLength(0);
      const locks = await client.query("select from pg_locks where locktype = 'advisory'");
      expect(locks.rows).toHaveLength(0);
    });
  });

  test("status can be asked for through it", async () => {
    await createDatabase("asked");
    await shipChange({ plan: paidStatusPlan(), connection: directly("asked"), to: "expand" });
    expect((await shipStatus({ connection: pooled("asked") })).change).toMatchObject({ state: "expanded" });
  });

  test("both versions write through the same server sessions while it is shipped, and none is taken for the other", async () => {
    await createDatabase("shared");
    const clients = await Promise.all(
      ["payments@2.2.0", "payments@2.3.0", "payments@2.2.0", "payments@2.3.0"].map(async (version) => ({
        version,
        client: await open("shared", version),
      })),
    );
    const traffic = { next: 10_000, goesOn: true, isReady: false };
    const written: { id: number; paid: boolean }[] = [];
    const write = async ({ version, client }: (typeof clients)[number]): Promise<void> => {
      while (traffic.goesOn) {
        const id = traffic.next++;
        const paid = id % 3 === 0;
        await (version === "payments@2.2.0"
          ? client.query("insert into payments (id, is_paid) values ($1, $2)", [id, paid])
          : client.query("insert into payments (id, status) values ($1, $2)", [
              id,
              paid ? "paid" : "created",
            ]));
        written.push({ id, paid });
      }
    };
    const writing = Promise.all(
      clients.map(async (each) => {
        if (each.version === "payments@2.3.0") await vi.waitUntil(() => traffic.isReady, { timeout: 60_000 });
        await write(each);
      }),
    );
    await shipChange({ plan: paidStatusPlan(), connection: directly("shared"), to: "migrate" });
    traffic.isReady = true;
    const before = written.length;
    await vi.waitUntil(() => written.length > before + 400, { timeout: 60_000 });
    // The old version goes. Its name stays on a server session that nobody has asked for anything since.
    traffic.goesOn = false;
    await writing;
    const asOld = await clients[0]?.client.query<{ id: string; paid: boolean }>(
      "select id, is_paid as paid from payments where id >= 10000",
    );
    expect(byId(asOld?.rows ?? [])).toEqual(byId(written));
    for (const { client } of clients) await client.end();
    const connection = directly("shared");
    await expect(resumeChange({ connection, to: "contract", versionsWaitMs: 0 })).rejects.toMatchObject({
      code: "old-version-live",
      next: expect.stringContaining("RECONNECT") as unknown,
    });
    await tellPooler("reconnect");
    await vi.waitUntil(async () => (await shipStatus({ connection })).change?.oldVersionsLive.length === 0, {
      timeout: 60_000,
    });
    expect(await resumeChange({ connection, to: "contract" })).toMatchObject({ state: "done" });
    await withClient(connection, async (client) => {
      const { rows } = await client.query<{ id: string; status: string }>(
        "select id, status from payments where id >= 10000",
      );
      expect(byId(rows.map(({ id, status }) => ({ id, paid: status === "paid" })))).toEqual(byId(written));
    });
  });
});
