import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { GateDecision, GateRequest } from "../api/gate.ts";
import { useControl } from "../control/testing-control.ts";
import { finishRelease } from "../environment/finish-release.ts";
import { startRelease } from "../environment/start-release.ts";
import { pushChange } from "../evidence/push-change.ts";
import { pushWorkload } from "../evidence/push-workload.ts";
import {
  ada,
  december,
  newWorkload,
  oldShape,
  oldWorkload,
  openProduction,
  rehearseAll,
  workload,
} from "../evidence/testing-environment.ts";
import type { Plan } from "../plan/plan.ts";
import { rollbackChange } from "../ship/rollback-change.ts";
import { shipChange } from "../ship/ship-change.ts";
import type { Workload } from "../workload/workload.ts";
import { decide } from "./decide.ts";
import type { GateFacts } from "./facts.ts";
import { readFacts } from "./read-facts.ts";

const testing = useControl();
const environment = "production";
let production: Awaited<ReturnType<typeof openProduction>>;
let sessions: Client[] = [];

beforeEach(async () => {
  production = await openProduction(testing);
  await production.target.client.query(oldShape);
});

afterEach(async () => {
  await Promise.all(sessions.map((client) => client.end()));
  sessions = [];
  await production.observer.close();
});

async function connectAs(appVersion: string): Promise<Client> {
  const client = new Client({ connectionString: production.target.url, application_name: appVersion });
  client.on("error", () => undefined);
  await client.connect();
  sessions.push(client);
  return client;
}

async function push(...workloads: Workload[]): Promise<void> {
  for (const one of workloads) {
    await pushWorkload(testing, { app: one.app, version: one.version, workload: one, caller: ada });
  }
}

/** As if a minute had gone by: who went is not "seen lately" any more. */
async function aMinuteLater(): Promise<void> {
  await production.observer.observe(environment);
  await testing.control.query(
    "update interlock_control.sightings set last_seen_at = last_seen_at - interval '2 minutes' where sessions = 0",
  );
}

async function facts(request: GateRequest): Promise<GateFacts> {
  const { query } = testing.control;
  const [clock] = await query<{ at: Date }>("select clock_timestamp() as at");
  return readFacts(production, { query, environment, request, at: clock?.at ?? new Date(), caller: ada });
}

async function verdict(request: GateRequest): Promise<[string, string[]]> {
  const decision = decide(await facts(request));
  const against = decision.reasons.filter(({ effect }) => effect === "blocks" || effect === "unknown");
  return [decision.verdict, [...new Set(against.map(({ code }) => code))]];
}

async function planOf(change: string): Promise<Plan> {
  const [row] = await testing.control.query<{ plan: Plan }>(
    "select plan from interlock_control.rehearsals where change = $1::text and plan is not null limit 1",
    [change],
  );
  if (row === undefined) throw new Error("it was planned");
  return row.plan;
}

describe("the 17 December", () => {
  test("goes through the gate in the one order that hurts nobody", async () => {
    const old = await connectAs("payments@2.2.0");
    await push(oldWorkload, newWorkload);
    const { id: change } = await pushChange(testing, { change: december, caller: ada });
    const ask = (to: "structure" | "expand" | "contract" | "rollback"): Promise<[string, string[]]> =>
      verdict({ kind: "change", change, to });
    const release: GateRequest = { kind: "release", app: "payments", version: "2.3.0" };

    expect(await ask("expand")).toEqual(["unknown", ["rehearsal-running"]]);
    await rehearseAll(testing);

    const before = await facts({ kind: "change", change, to: "structure" });
    expect(before.changes).toMatchObject([
      { change, evidence: "done", order: "split", planned: true, stages: { main: "before" }, strange: {} },
    ]);
    expect(before.versions).toMatchObject([
      {
        appVersion: "payments@2.2.0",
        because: ["sessions"],
        sessions: 1,
        hasWorkload: true,
        prepares: "works",
      },
    ]);
    expect(await ask("structure")).toEqual(["blocked", ["live-version-breaks"]]);
    expect((await ask("contract"))[0]).toBe("blocked");
    expect(await verdict(release)).toEqual(["blocked", ["version-breaks"]]);
    expect(await ask("expand")).toEqual(["go", []]);

    const plan = await planOf(change);
    const connection = { connectionString: production.target.url };
    await shipChange({ plan, connection, to: "migrate" });
    await aMinuteLater();
    expect((await facts(release)).changes).toMatchObject([{ stages: { main: "expanded" } }]);
    expect((await ask("contract"))[0]).toBe("blocked");
    expect(await verdict(release)).toEqual(["go", []]);

    const admit = async (): Promise<GateDecision> => decided(release);
    const started = await startRelease(
      { control: testing.control, admit },
      {
        environment,
        app: "payments",
        version: "2.3.0",
        expectedMinutes: 60,
        caller: ada,
      },
    );
    await connectAs("payments@2.3.0");
    expect((await ask("contract"))[0]).toBe("blocked");
    await finishRelease(testing, { environment, release: started.release?.id ?? "", caller: ada });
    await old.end();
    sessions = sessions.filter((client) => client !== old);
    expect((await ask("contract"))[0]).toBe("blocked");
    await aMinuteLater();
    expect(await ask("contract")).toEqual(["go", []]);

    await shipChange({ plan, connection, to: "contract" });
    await aMinuteLater();
    expect((await facts(release)).changes).toMatchObject([{ stages: { main: "after" } }]);
  });

  test("shows an outage for what it is: the structure alone, under the version that runs", async () => {
    await connectAs("payments@2.2.0");
    await push(oldWorkload, newWorkload);
    const { id: change } = await pushChange(testing, { change: december, caller: ada });
    await facts({ kind: "change", change, to: "structure" });
    await rehearseAll(testing);
    await production.target.client.query(december.files[0]?.text ?? "");
    await aMinuteLater();
    const now = await facts({ kind: "change", change, to: "contract" });
    expect(now.changes).toMatchObject([{ stages: { main: "after" } }]);
    expect(now.versions).toMatchObject([{ appVersion: "payments@2.2.0", prepares: "breaks" }]);
    // The application half ends it, and may go.
    expect(await verdict({ kind: "release", app: "payments", version: "2.3.0" })).toEqual(["go", []]);
  });

  test("is before again when the expanded change was rolled back", async () => {
    await connectAs("payments@2.2.0");
    await push(oldWorkload, newWorkload);
    const { id: change } = await pushChange(testing, { change: december, caller: ada });
    await facts({ kind: "change", change, to: "structure" });
    await rehearseAll(testing);
    const connection = { connectionString: production.target.url };
    await shipChange({ plan: await planOf(change), connection, to: "expand" });
    await rollbackChange({ connection });
    await aMinuteLater();
    expect((await facts({ kind: "change", change, to: "expand" })).changes).toMatchObject([
      { stages: { main: "before" } },
    ]);
  });
});

describe("what is not known", () => {
  test("is told: a version without workload, a session without name, a structure like neither side", async () => {
    await connectAs("ledger@1");
    await connectAs("something");
    const { id: change } = await pushChange(testing, { change: december, caller: ada });
    await facts({ kind: "change", change, to: "structure" });
    await rehearseAll(testing);
    await production.target.client.query("alter table payments alter column is_paid drop default");
    await aMinuteLater();
    const known = await facts({ kind: "change", change, to: "structure" });
    expect(known.versions).toMatchObject([
      { appVersion: "ledger@1", hasWorkload: false, prepares: "unknown" },
    ]);
    expect(known.databases[0]?.unidentified).toEqual([{ applicationName: "something", sessions: 1 }]);
    expect(known.changes).toMatchObject([
      { stages: { main: "unknown" }, strange: { main: ["column public.payments.is_paid"] } },
    ]);
    expect((await verdict({ kind: "change", change, to: "structure" }))[0]).not.toBe("go");
  });

  test("stays unknown when a workload was replaced, until it is rehearsed again", async () => {
    await connectAs("payments@2.2.0");
    await push(oldWorkload, newWorkload);
    const { id: change } = await pushChange(testing, { change: december, caller: ada });
    const request: GateRequest = { kind: "change", change, to: "expand" };
    await facts(request);
    await rehearseAll(testing);
    expect(await verdict(request)).toEqual(["go", []]);
    await push(workload("payments", "2.2.0", ["select id from payments"]));
    const [replaced] = (await facts(request)).changes;
    expect(replaced).toMatchObject({ evidence: "waiting", fits: [] });
    expect((await verdict(request))[0]).toBe("unknown");
    await rehearseAll(testing);
    expect(await verdict(request)).toEqual(["go", []]);
  });

  test("is whether a version works after a change that came after it, until they are tried together", async () => {
    // Nothing shows when preparing: only the write itself fails without the default.
    const change = {
      title: "Whoever writes a payment says whether it is paid",
      baseline: december.baseline,
      files: [
        {
          path: "migrations/0002_is_paid.sql",
          text: "alter table payments alter column is_paid drop default;",
        },
      ],
      appVersion: "payments@2.3.0",
    };
    const insert = "insert into payments (id, is_paid) values ($1, $2)";
    await push(
      workload("ledger", "1", ["select id from payments"]),
      workload("payments", "2.1.0", ["insert into payments (id) values ($1)"]),
      workload("payments", "2.3.0", [insert]),
      workload("payments", "2.4.0", [insert]),
    );
    await testing.control.query(
      `insert into interlock_control.releases (id, environment, app, version, state, started_by, expected_until, ended_at, ended_by)
       values ('rel_0000000000000000', $1::text, 'payments', '2.1.0', 'finished', 'ada', clock_timestamp(), clock_timestamp(), 'ada'),
              ('rel_0000000000000001', $1::text, 'payments', '2.3.0', 'finished', 'ada', clock_timestamp(), clock_timestamp(), 'ada')`,
      [environment],
    );
    await connectAs("ledger@1");
    const { id } = await pushChange(testing, { change, caller: ada });
    await facts({ kind: "change", change: id, to: "structure" });
    await rehearseAll(testing);
    await production.target.client.query(change.files[0]?.text ?? "");
    await aMinuteLater();
    await connectAs("payments@2.3.0");
    const old: GateRequest = { kind: "release", app: "payments", version: "2.1.0" };
    expect((await facts(old)).candidate).toMatchObject({ prepares: "works" });
    expect(await verdict(old)).toEqual(["unknown", ["rehearsal-running"]]);
    // One that was made after it is judged by what it prepares.
    expect(await verdict({ ...old, version: "2.4.0" })).toEqual(["go", []]);
    await rehearseAll(testing);
    expect(await verdict(old)).toEqual(["blocked", ["version-breaks"]]);
    expect(await verdict({ ...old, version: "2.4.0" })).toEqual(["go", []]);
  });

  test("a database that can't be reached is a fact, not an error", async () => {
    const { id: change } = await pushChange(testing, { change: december, caller: ada });
    await testing.control.query(
      "update interlock_control.databases set sealed_url = $1::bytea, added_at = clock_timestamp()",
      [Buffer.from("not sealed by this key")],
    );
    const known = await facts({ kind: "change", change, to: "structure" });
    expect(known.databases[0]?.problem).toContain("can't be opened");
    expect(known.changes[0]?.stages).toEqual({ main: "unknown" });
  });

  test("environments and changes that there are none of are not found", async () => {
    await expect(
      facts({ kind: "change", change: "chg_0000000000000000", to: "expand" }),
    ).rejects.toMatchObject({
      code: "not-found",
    });
  });
});

async function decided(request: GateRequest): Promise<GateDecision> {
  return { ...decide(await facts(request)), id: "dec_0000000000000000" };
}
