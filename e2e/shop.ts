import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Client } from "pg";
import { openShadow, type Shadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { serve, type Served } from "./serve.ts";

/** Where the change of 17 December is, for the command line. */
const payments = join(import.meta.dirname, "../packages/payments");
export const migration = join(payments, "changes/01-paid-refunded-to-status/migration.sql");
export const baseline = join(payments, "migrations");
const workloads = join(payments, "changes/01-paid-refunded-to-status/workloads");

interface Workload {
  app: string;
  version: string;
}

/** A server, and databases with the structure of the payment platform's release 2.2.0. */
export interface Shop {
  server: Served;
  /** The server's own database. */
  control: Client;
  /** A session on a target; without a name the first one's, as the tool psql. */
  connect(applicationName: string, target?: string): Promise<Client>;
  targets: { name: string; url: string }[];
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** As if a minute had passed since anybody's sessions were seen. */
  forgetSightings(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens everything: an environment `production` with its databases, and the workloads of three app versions. */
export async function openShop({
  databases = 1,
  flags = [],
}: { databases?: number; flags?: string[] } = {}): Promise<Shop> {
  const ending: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ending.splice(0).toReversed()) await end();
  };
  try {
    const shadow = await openShadow();
    ending.push(() => shadow.close());
    const controlUrl = await newDatabase(shadow, ending);
    const targets = await makeTargets(shadow, { databases, ending });
    const server = await serve({ flags: ["--database", controlUrl, ...flags] });
    ending.push(() => server.stop());
    const control = new Client({ connectionString: controlUrl });
    await control.connect();
    ending.push(() => control.end());
    const ask: Shop["ask"] = async (method, path, body) => {
      const answer = await fetch(`${server.address}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${server.token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as unknown };
    };
    await furnish(ask, targets);
    return {
      server,
      control,
      targets,
      ask,
      async connect(applicationName, target = targets[0]?.url ?? "") {
        const client = new Client({ connectionString: target, application_name: applicationName });
        client.on("error", () => undefined);
        await client.connect();
        return client;
      },
      async forgetSightings() {
        await control.query(
          "update interlock_control.sightings set last_seen_at = last_seen_at - interval '61 seconds'",
        );
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function furnish(ask: Shop["ask"], targets: Shop["targets"]): Promise<void> {
  const must = async (method: string, path: string, body: unknown): Promise<void> => {
    const { status, body: answer } = await ask(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  };
  await must("POST", "/environments", { name: "production" });
  for (const { name, url } of targets) {
    await must("POST", "/environments/production/databases", { name, url });
  }
  for (const file of await readdir(workloads)) {
    const workload = JSON.parse(await readFile(join(workloads, file), "utf8")) as Workload;
    const { app, version } = workload;
    await must("PUT", `/workloads/${app}/${version}`, workload);
  }
}

async function makeTargets(
  shadow: Shadow,
  { databases, ending }: { databases: number; ending: (() => Promise<void>)[] },
): Promise<Shop["targets"]> {
  const targets: Shop["targets"] = [];
  const files = (await readdir(baseline)).filter((name) => name.endsWith(".sql")).toSorted();
  for (let number = 1; number <= databases; number++) {
    const url = await newDatabase(shadow, ending);
    const client = new Client({ connectionString: url, application_name: "psql" });
    await client.connect();
    for (const file of files) await client.query(await readFile(join(baseline, file), "utf8"));
    await client.end();
    targets.push({ name: `db-${String(number)}`, url });
  }
  return targets;
}

async function newDatabase(shadow: Shadow, ending: (() => Promise<void>)[]): Promise<string> {
  const database = await shadow.createDatabase();
  ending.push(() => shadow.dropDatabase(database));
  const { user = "", host = "", port = 0 } = shadow.connection(database);
  const url = new URL(`postgres://localhost/${database}`);
  url.username = user;
  url.searchParams.set("host", host);
  url.searchParams.set("port", String(port));
  return url.href;
}
