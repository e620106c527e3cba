import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { enableWatch } from "../packages/interlock/src/watch/enable-watch.ts";
import { interlock, type Ran } from "./serve.ts";
import { openShop, type Shop } from "./shop.ts";

// A really started server, a service that it probes and a database that it watches: from the first failed request to
// the culprit and back, through the command line.

const secret = "sk_test_planted-secret";
const main = join(import.meta.dirname, "../packages/interlock/src/cli/main.ts");
let shop: Shop;
let service: Server;
let base: string;
let folder: string;
/** What the service answers to who reads a payment. */
let answer: { status: number; body: string };

beforeAll(async () => {
  answer = { status: 200, body: '{"is_paid":true}' };
  service = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${secret}`) response.writeHead(401).end();
    else if (request.method === "POST") response.writeHead(201).end('{"id":"pay_1"}');
    else response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${String((service.address() as AddressInfo).port)}`;
  folder = await mkdtemp(join(tmpdir(), "interlock-detection-"));
  const authorization = "Bearer {{secret.SHOP_KEY}}";
  const steps = [
    {
      name: "create",
      method: "POST",
      url: `${base}/payments`,
      headers: { authorization },
      expect: { status: [201] },
      save: { id: { json: "/id" } },
    },
    {
      name: "read",
      url: `${base}/payments/{{saved.id}}`,
      headers: { authorization },
      expect: { json: [{ at: "/is_paid", equals: true }] },
    },
  ];
  await writeFile(join(folder, "payment.json"), JSON.stringify({ kind: "steps", steps }));
  process.env["SHOP_KEY"] = secret;
  shop = await openShop();
});
afterAll(async () => {
  delete process.env["SHOP_KEY"];
  await shop.stop();
  await rm(folder, { recursive: true });
  service.closeAllConnections();
  await new Promise((resolve) => service.close(resolve));
});

async function run(...words: string[]): Promise<Ran> {
  return interlock(shop.server, words);
}

/** Runs a command that has to work. */
async function must(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...words);
  if (code !== 0) throw new Error(`${words.join(" ")}: ${stdout}${stderr}`);
  return stdout;
}

async function until(sql: string): Promise<void> {
  for (;;) {
    const { rows } = await shop.control.query<{ is_so: boolean | null }>(`select (${sql}) as is_so`);
    if (rows[0]?.is_so === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The page, two components that clients see, and a database that tells of its structural changes. */
async function furnish(): Promise<void> {
  const ask = async (method: string, path: string, body: unknown): Promise<void> => {
    const { status, body: said } = await shop.ask(method, path, body);
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(said)}`);
  };
  await ask("PATCH", "/status-page", {
    environment: "production",
    names: { fr: "État", en: "Status", it: "Stato" },
    url: "https://status.example.com",
    responsibility: "Example",
  });
  const declares = { priority: "P1", status: "major_outage", publish: true, recoverAfterSeconds: 1 };
  for (const component of [
    { key: "payment-api", scope: "app=payments", declares },
    { key: "terminals", scope: "app=terminals" },
  ]) {
    const names = { fr: component.key, en: component.key, it: component.key };
    await ask("POST", "/environments/production/components", { ...component, names });
  }
  const psql = await shop.connect("psql");
  await enableWatch(psql);
  await psql.end();
}

test("trouble opens its incident, tells of it, names what did it, and ends with it", async () => {
  const env = ["--env", "production"];
  const check = ["--check", join(folder, "payment.json"), "--secret-from-env", "SHOP_KEY"];
  await furnish();
  // A check is tried before it is kept.
  expect(await must("probe", "try", ...env, ...check)).toMatch(/^ok after/);
  const tried = await run("probe", "try", ...env, "--http", `${base}/payments`);
  expect([tried.code, tried.stdout]).toEqual([
    1,
    expect.stringMatching(/^failed .* status 401 instead of 200/),
  ]);
  const often = ["--every", "1s", "--fails-after", "1", "--recovers-after", "1"];
  await must("probe", "set", "payment", ...env, ...check, "--component", "payment-api", ...often);
  await must(
    "probe",
    "set",
    "pos",
    ...env,
    "--tcp",
    new URL(base).host,
    "--component",
    "terminals",
    ...often,
  );
  await until("select bool_and(state = 'passing') from interlock_control.probes");
  // A worker elsewhere carries the same probes out.
  const worker = spawn(process.execPath, [main, "probe", "work", ...env, "--name", "paris-1"], {
    env: { ...process.env, INTERLOCK_SERVER: shop.server.address, INTERLOCK_TOKEN: shop.server.token },
    stdio: "ignore",
  });
  const ended = once(worker, "exit");
  await until(
    "select exists (select from interlock_control.probe_results where worker = 'paris-1' and outcome = 'ok')",
  );
  worker.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  // The structural half of a change, without the application that goes with it.
  const session = await shop.connect("payments@2.2.0");
  await until(
    "select exists (select from interlock_control.sightings where application_name = 'payments@2.2.0')",
  );
  const psql = await shop.connect("psql");
  await psql.query("alter table payments rename column is_paid to was_paid");
  answer = { status: 500, body: '{"error":"column \\"is_paid\\" does not exist"}' };
  await until("select exists (select from interlock_control.timeline where kind = 'culprit-named')");
  await until(
    "select count(distinct source) = 2 from interlock_control.signals where state = 'firing' and incident is not null",
  );
  const { rows } = await shop.control.query(
    "select priority, status, is_public, unit_opened_at is not null as is_called from interlock_control.incidents",
  );
  expect(rows).toEqual([{ priority: "P1", status: "identified", is_public: true, is_called: true }]);
  const { rows: texts } = await shop.control.query<{ locale: string }>(
    "select distinct t.locale from interlock_control.update_texts t join interlock_control.updates u on u.id = t.update where u.state = 'published' order by 1",
  );
  expect(texts.map(({ locale }) => locale)).toEqual(["en", "fr", "it"]);
  const culprits = await must("incident", "culprit", "INC-1");
  expect(culprits).toMatch(/^1\. ✗ structural-change ALTER TABLE public\.payments on db-1/);
  expect(culprits).toContain("(psql)");
  expect(culprits).toContain("alter table payments rename column is_paid to was_paid");
  const shown = await must("incident", "show", "INC-1");
  expect(shown).toContain("What may have caused it:");
  expect(shown).toContain("terminals");
  const refused = await run("incident", "roll-back", "INC-1", "--culprit", "1");
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining("ship a change in the other direction"),
  ]);
  // And back.
  await psql.query("alter table payments rename column was_paid to is_paid");
  answer = { status: 200, body: '{"is_paid":true}' };
  await until("select status = 'monitoring' and recovered_at is not null from interlock_control.incidents");
  expect(await must("signal", "list", ...env, "--firing")).toBe("Nothing says that anything is unwell.\n");
  const probe = await must("probe", "show", "payment", ...env);
  expect(probe).toContain("passing");
  expect(probe).toContain('column \\"is_paid\\" does not exist');
  expect(probe + shown + culprits + shop.server.output()).not.toContain("planted-secret");
  await psql.end();
  await session.end();
});

test("signals are sent by hand, and by systems that prove themselves with a secret", async () => {
  const env = ["--env", "production"];
  expect(await must("signal", "send", "queue-full", ...env, "--component", "terminals")).toContain("raised");
  expect(await must("signal", "send", "queue-full", ...env)).toContain("again");
  expect(await must("signal", "list", ...env, "--firing")).toContain("queue-full  about terminals  2 times");
  expect(await must("signal", "send", "queue-full", ...env, "--ended")).toContain("ended");
  const made = await must(
    "signal",
    "source",
    "add",
    "alertmanager",
    ...env,
    "--map",
    "pos=terminals",
    "--json",
  );
  const { path, secret: key } = JSON.parse(made) as { path: string; secret: string };
  const deliver = async (to: string): Promise<number> => {
    const body = JSON.stringify({
      alerts: [{ status: "firing", labels: { alertname: "Slow", component: "pos", severity: "warning" } }],
    });
    const headers = { "content-type": "application/json" };
    return (await fetch(`${shop.server.address}${to}`, { method: "POST", headers, body })).status;
  };
  expect(await deliver(path)).toBe(202);
  expect(await deliver(path.replace(key, "0".repeat(32)))).toBe(401);
  expect(await must("signal", "list", ...env, "--firing")).toContain("Slow  about terminals");
  await must("signal", "source", "remove", "alertmanager", ...env);
  expect(await must("signal", "list", ...env, "--firing")).toBe("Nothing says that anything is unwell.\n");
  expect(shop.server.output()).not.toContain(key);
});
