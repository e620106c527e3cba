import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Change } from "../packages/interlock/src/api/changes.ts";
import type { Shipment } from "../packages/interlock/src/api/shipments.ts";
import {
  december,
  newWorkload,
  oldShape,
  oldWorkload,
} from "../packages/interlock/src/evidence/testing-environment.ts";
import { openShadow, type Shadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { interlock, serve, type Served } from "./serve.ts";

// The 17 December through a fleet of three databases and two real servers, of which the one at work is killed.

const names = ["eu-1", "eu-2", "eu-3"];
let shadow: Shadow;
let control: Client;
let databases: string[];
let servers: Served[];

beforeAll(async () => {
  shadow = await openShadow();
  databases = await Promise.all(["control", ...names].map(() => shadow.createDatabase()));
  control = new Client(shadow.connection(databases[0] ?? ""));
  await control.connect();
  for (const database of databases.slice(1)) {
    const client = new Client(shadow.connection(database));
    await client.connect();
    await client.query(
      `${oldShape} insert into payments (id, is_paid) select i, i % 2 = 0 from generate_series(1, 500) i`,
    );
    await client.end();
  }
  const options = {
    flags: ["--database", urlOf(databases[0] ?? "")],
    variables: { INTERLOCK_KEY: randomBytes(32).toString("hex") },
  };
  const first = await serve(options);
  servers = [first, { ...(await serve(options)), token: first.token }];
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await control.end();
  for (const database of databases) await shadow.dropDatabase(database);
  await shadow.close();
});

function urlOf(database: string): string {
  const { user, password, host, port } = shadow.connection(database);
  const url = new URL(`postgres://localhost/${database}`);
  url.username = user ?? "";
  if (typeof password === "string") url.password = password;
  if (host !== undefined) url.searchParams.set("host", host);
  if (port !== undefined) url.searchParams.set("port", String(port));
  return url.href;
}

function living(): Served {
  const found = servers.find(
    ({ process: { exitCode, signalCode } }) => exitCode === null && signalCode === null,
  );
  if (found === undefined) throw new Error("a server lives");
  return found;
}

async function request<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const { address, token } = living();
  const answer = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
  return JSON.parse(text) as Answer;
}

async function connectAs(appVersion: string): Promise<Client[]> {
  return Promise.all(
    databases.slice(1).map(async (database) => {
      const client = new Client({ ...shadow.connection(database), application_name: appVersion });
      client.on("error", () => undefined);
      await client.connect();
      return client;
    }),
  );
}

function look(id: string): Promise<Shipment> {
  return request("GET", `/shipments/${id}`);
}

/** kill -9 of the server whose executor has the shipment's workflow. */
async function killWorker(shipment: string): Promise<void> {
  const { rows } = await control.query<{ executor_id: string }>(
    `select executor_id from interlock_durable.workflow_status
      where status = 'PENDING' and workflow_uuid like $1::text || '/%'`,
    [shipment],
  );
  const pid = Number(rows[0]?.executor_id.split("_").at(-2));
  const worker = servers.find(({ process: { pid: its } }) => its === pid);
  expect(worker).toBeDefined();
  worker?.process.kill("SIGKILL");
  await expect.poll(() => worker?.process.signalCode).toBe("SIGKILL");
}

test("expand, the new version beside the old, contract when the old has gone; the server at work is killed", async () => {
  await request("POST", "/environments", { name: "production" });
  for (const [index, name] of names.entries()) {
    const url = urlOf(databases[index + 1] ?? "");
    await request("POST", "/environments/production/databases", { name, url, isCanary: name === "eu-2" });
  }
  for (const workload of [oldWorkload, newWorkload]) {
    await request("PUT", `/workloads/${workload.app}/${workload.version}`, workload);
  }
  const old = await connectAs("payments@2.2.0");
  const { id: change } = await request<Change>("POST", "/changes", december);

  // Until it is rehearsed nobody knows, and what nobody knows is no go.
  const start = ["shipment", "start", change, "--env", "production", "--to", "contract", "--json"];
  const early = await interlock(living(), start);
  expect(early.code).toBe(3);
  expect(early.stderr).toContain("error[unknown-to-gate]");
  await expect
    .poll(
      async () =>
        (await interlock(living(), ["gate", "--env", "production", "--change", change, "--to", "expand"]))
          .code,
      {
        timeout: 90_000,
        interval: 500,
      },
    )
    .toBe(0);

  const started = await interlock(living(), start);
  expect(started).toMatchObject({ code: 0 });
  const { shipment } = JSON.parse(started.stdout) as Shipment;
  const whereItIs = async (): Promise<string> => {
    const { state, databases: its, reasons } = await look(shipment);
    return [state, ...its.map((one) => one.state), ...new Set(reasons.map(({ code }) => code))].join(" ");
  };
  await expect.poll(whereItIs, { timeout: 60_000 }).toBe("waiting ready ready ready version-still-live");

  await killWorker(shipment);
  const released = await interlock(living(), ["gate", "--env", "production", "--release", "payments@2.3.0"]);
  expect(released).toMatchObject({ code: 0 });
  await request("POST", "/environments/production/releases", { app: "payments", version: "2.3.0" });
  const fresh = await connectAs("payments@2.3.0");
  await request("POST", "/environments/production/releases/payments@2.3.0/finish");
  await Promise.all(old.map((client) => client.end()));
  // As if a minute had gone by: who went is not "seen lately" any more.
  const forget = setInterval(() => {
    void control.query(
      "update interlock_control.sightings set last_seen_at = last_seen_at - interval '2 minutes' where application_name = 'payments@2.2.0'",
    );
  }, 200);
  try {
    const followed = await interlock(living(), ["shipment", "follow", shipment]);
    expect(followed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^DONE {2}production/) as string,
    });
  } finally {
    clearInterval(forget);
    await Promise.all(fresh.map((client) => client.end()));
  }
  for (const database of databases.slice(1)) {
    const client = new Client(shadow.connection(database));
    await client.connect();
    const { rows } = await client.query<{ status: string; count: string }>(
      "select status, count(*) from payments group by status order by status",
    );
    await client.end();
    expect(rows).toEqual([
      { status: "created", count: "250" },
      { status: "paid", count: "250" },
    ]);
  }
  expect((await request<Change>("GET", `/changes/${change}`)).closedAs).toBe("shipped");
});
