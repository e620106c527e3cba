import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Planted } from "./planted.ts";

const baseline = "create table things (id bigint primary key, name text not null);";
const renaming = "alter table things rename column name to title;";

/** Values that are likelier to lead somewhere, by the name of the member that holds them. */
export type Words = Record<string, unknown[]>;

/** Makes an environment with a database, a workload, a change and a release; gives back what everything is called. */
export async function makeThings(planted: Planted): Promise<Words> {
  const ask = async (method: string, path: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${planted.server.address}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${planted.tokens.admin}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const read = (await answer.json()) as Record<string, unknown>;
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(read)}`);
    return read;
  };
  const words = await wordsOf(planted);
  await ask("POST", "/environments", { name: "production" });
  await ask("POST", "/environments", { name: "staging" });
  await ask("POST", "/environments/production/databases", { name: "main", url: planted.targetUrl });
  for (const workload of words["PUT /api/v1/workloads/{app}/{version}"] ?? []) {
    const { app, version } = workload as { app: string; version: string };
    await ask("PUT", `/workloads/${app}/${version}`, workload);
  }
  // An app that works everywhere, so that there is a release that the gate lets in.
  const app = { app: "things", version: "1" };
  const statements = [{ name: "one", sql: "select 1" }];
  await ask("PUT", "/workloads/things/1", { format: "interlock-workload/1", ...app, statements });
  const { release } = await ask("POST", "/environments/production/releases", app);
  const change = await ask("POST", "/changes", {
    files: [{ path: "2.sql", text: renaming }],
    baseline: [{ path: "1.sql", text: baseline }],
  });
  const incidents = await makeIncidents(ask);
  return { ...words, ...incidents, chg_: [change["id"]], rel_: [(release as { id: unknown }).id] };
}

/** A page with a component, an incident with an update and a draft, a maintenance, a series and somebody who is called. */
async function makeIncidents(
  ask: (method: string, path: string, body: unknown) => Promise<Record<string, unknown>>,
): Promise<Words> {
  const names = { fr: "Choses", en: "Things", it: "Cose" };
  const page = { environment: "production", names, url: "https://status.example.com" };
  await ask("PATCH", "/status-page", page);
  await ask("POST", "/environments/production/components", { key: "things", names, scope: "app=things" });
  const components = [{ component: "things", status: "partial_outage" }];
  const incident = await ask("POST", "/environments/production/incidents", {
    priority: "P3",
    titles: names,
    components,
  });
  const path = `/incidents/${String(incident["id"])}/updates`;
  const said = { status: "identified", phrases: ["identified-difficulties"] };
  const update = await ask("POST", path, said);
  const draft = await ask("POST", path, { ...said, publish: false });
  const maintenance = await ask("POST", "/environments/production/maintenances", {
    titles: names,
    components: ["things"],
    scheduledFor: new Date(Date.now() + 86_400_000).toISOString(),
    scheduledUntil: new Date(Date.now() + 90_000_000).toISOString(),
  });
  const series = await ask("POST", "/environments/production/maintenance-series", {
    titles: names,
    components: ["things"],
    schedule: {
      start: "2026-01-04T02:30:00",
      timeZone: "Europe/Paris",
      rrule: "FREQ=WEEKLY;BYDAY=SU",
      duration: "PT1H",
    },
  });
  const responder = await ask("POST", "/environments/production/responders", {
    person: "ada",
    role: "lead",
    channel: "email",
    address: "ada@example.com",
  });
  await ask("POST", `/incidents/${String(incident["id"])}/postmortem`, {});
  await ask("POST", `/incidents/${String(incident["id"])}/actions`, blockOf("env=staging order=split"));
  return {
    action: ["ACT-1"],
    incident: [incident["id"], incident["reference"]],
    inc_: [incident["id"]],
    upd_: [update["id"], draft["id"]],
    maintenance: [maintenance["id"], maintenance["reference"]],
    mnt_: [maintenance["id"]],
    ser_: [series["id"]],
    rsp_: [responder["id"]],
    component: ["things"],
    key: ["things"],
    phrases: [["resolved"], ["identified-difficulties"], ["fix-deployed-version"]],
    titles: [names],
    texts: [names, { fr: "<script>alert(1)</script>" }],
    timeZone: ["Europe/Paris", "UTC"],
  };
}

/** An action that is to become a block. */
function blockOf(scope: string): object {
  const until = new Date(Date.now() + 86_400_000).toISOString();
  return { kind: "block", symptoms: { en: "S" }, texts: { en: "T" }, rule: { kind: "block", scope, until } };
}

async function wordsOf({ targetUrl }: Planted): Promise<Words> {
  const folder = join(
    import.meta.dirname,
    "../../packages/payments/changes/01-paid-refunded-to-status/workloads",
  );
  const workloads = await Promise.all(
    (await readdir(folder)).map(
      async (file) => JSON.parse(await readFile(join(folder, file), "utf8")) as unknown,
    ),
  );
  return {
    environment: ["production", "staging"],
    database: ["main", "second"],
    name: ["production", "staging", "main", "second"],
    url: [targetUrl, "env:INTERLOCK_PLANTED_URL", "postgres://ada:planted@127.0.0.1:1/none"],
    app: ["payments", "terminals", "things"],
    version: ["2.2.0", "2.3.0", "1.0.0", "1", "2"],
    appVersion: ["payments@2.2.0", "payments@2.3.0", "things@1"],
    // Whole bodies, by operation.
    "PUT /api/v1/workloads/{app}/{version}": workloads,
    "POST /api/v1/changes": [
      { files: [{ path: "2.sql", text: renaming }], baseline: [{ path: "1.sql", text: baseline }] },
      { files: [{ path: "1.sql", text: baseline }], title: "Things", appVersion: "payments@2.3.0" },
      { files: [{ path: "3.sql", text: "do $$ begin loop end loop; end $$;" }] },
      {
        files: [
          { path: "4.sql", text: "copy (select 1) to program 'id'; select pg_read_file('/etc/passwd');" },
        ],
      },
    ],
    "PUT /api/v1/environments/{environment}/probes/{name}": [
      { revision: null, check: { kind: "tcp", host: "127.0.0.1", port: 1 }, component: "payment-api" },
      { revision: 1, check: { kind: "postgres", database: "main" }, isPaused: true },
      { revision: null, check: { kind: "postgres", url: targetUrl, query: "select 1" }, intervalMs: 60_000 },
      {
        revision: null,
        check: {
          kind: "http",
          url: "http://127.0.0.1:1/health?key=planted",
          headers: { authorization: `Bearer ${targetUrl}` },
        },
        secrets: { KEY: targetUrl },
      },
      {
        revision: null,
        check: { kind: "steps", steps: [{ name: "one", url: "http://127.0.0.1:1/{{saved.a}}" }] },
      },
    ],
    "POST /api/v1/environments/{environment}/probe-trials": [
      { check: { kind: "postgres", database: "main", query: "select pg_sleep(60)" }, timeoutMs: 100 },
      { check: { kind: "postgres", url: targetUrl, query: "select current_setting('x.y')" }, timeoutMs: 500 },
      { check: { kind: "tcp", host: "127.0.0.1", port: 1, tls: true }, timeoutMs: 100 },
      {
        check: { kind: "http", url: "http://127.0.0.1:1/{{secret.A}}" },
        secrets: { A: targetUrl },
        timeoutMs: 100,
      },
    ],
    "POST /api/v1/environments/{environment}/signal-sources": [
      { name: "alertmanager", kind: "alertmanager" },
      { name: "pagerduty", kind: "pagerduty" },
      { name: "json", kind: "json", endsAfterMinutes: 5 },
    ],
    publicKey: ["MCowBQYDK2VuAyEAmLrTPFb1hVuDCHXwmEpLjWbLQYZaVkdFgmkQhRCRoFA="],
    source: ["alertmanager", "pagerduty", "json"],
    "POST /api/v1/environments/{environment}/signal-sources/{source}/deliveries": [
      {
        alerts: [
          { status: "firing", labels: { alertname: "Slow", component: "payment-api" }, fingerprint: "f" },
        ],
      },
      { alerts: [{ status: "resolved", labels: { alertname: "Slow" }, startsAt: "2024-12-17T13:17:00Z" }] },
      { event_action: "trigger", payload: { summary: "S", source: "s", severity: "critical" } },
      { key: "k", title: "T", state: "ended", "a\u0000b": "\ud800" },
    ],
    "POST /api/v1/incidents/{incident}/actions": [
      blockOf("order=split to=structure"),
      { kind: "task", symptoms: { fr: "S" }, texts: { fr: "T" }, dueAt: "2024-12-17T13:17:00Z" },
    ],
    "PATCH /api/v1/incidents/{incident}/postmortem": [
      { texts: { en: { impact: "<b>{{duration}}</b>" } }, revision: 1 },
      { texts: { fr: { notes: "{{statements}} {{picture}}" } }, correction: true, revision: 2 },
    ],
    "POST /api/v1/incidents/{incident}/series": [
      { points: [{ at: "2024-12-17T13:17:00Z", ok: 1, failed: 1_000_000_000 }] },
    ],
    text: [
      baseline,
      renaming,
      "alter table things add column more text;",
      "drop table things;",
      "select 1",
      "create table a (); select pg_sleep(60);",
      "copy things from program 'id';",
      "do $$ begin loop end loop; end $$;",
    ],
    path: ["1.sql", "V2__b.sql", "../../../etc/passwd", "a/../b.sql"],
    scope: [
      "env=production",
      "env=*",
      "kind=rename-column table=public.things",
      "env!=staging",
      "app=payments,terminals",
    ],
    until: [new Date(Date.now() + 3_600_000).toISOString()],
    // A release is named by its id or by its version.
    release: ["things@1", "payments@2.3.0"],
    sha: ["0123456789abcdef0123456789abcdef01234567"],
    repository: ["shop/payments"],
    reason: ["because"],
  };
}
