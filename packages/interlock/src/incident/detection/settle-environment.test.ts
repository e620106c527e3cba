import { beforeEach, describe, expect, test } from "vitest";
import { newSignalSchema } from "../../api/signals.ts";
import { systemCaller } from "../../access/system-caller.ts";
import { takeAlarms } from "../../signal/alarm-signals.ts";
import { sendSignal } from "../../signal/send-signal.ts";
import { clearAlarm, raiseAlarm } from "../../watch/record-alarms.ts";
import { readCulprits } from "../culprit/rank-open-incidents.ts";
import { rollBackCulprit } from "../culprit/roll-back-culprit.ts";
import { findIncident } from "../find-incident.ts";
import { postUpdate } from "../post-update.ts";
import { resolveIncident } from "../resolve-incident.ts";
import { ada, callerOf, useIncidents } from "../testing-incidents.ts";
import { settleEnvironment } from "./settle-environment.ts";

const testing = useIncidents();
const place = { environment: "production", database: "main" };
const declares = { priority: "P1", status: "major_outage", publish: true, recoverAfterSeconds: 0 };

async function declare(key: string, declaration: object): Promise<void> {
  await testing.control.query(
    "update interlock_control.components set declares = $2::jsonb where key = $1::text",
    [key, JSON.stringify(declaration)],
  );
}

beforeEach(async () => {
  await declare("payment-api", declares);
  await declare("portal", { ...declares, priority: "P3", status: "degraded_performance" });
  await testing.control.query(
    `insert into interlock_control.probes (id, environment, name, component, kind, sealed_check, shown_check, interval_ms, timeout_ms,
       fails_after, recovers_after, least_workers, state, created_by, updated_by)
     values ('prb_a', 'production', 'pos', 'terminals', 'tcp', '', '{}', 1000, 1000, 3, 3, 1, 'passing', 'ada', 'ada')`,
  );
});

async function send(key: string, change: object = {}): Promise<void> {
  const signal = newSignalSchema.parse({ key, title: `${key} fails`, component: "payment-api", ...change });
  await sendSignal(testing.services, { environment: "production", signal, caller: ada });
}

async function settle(): Promise<string[]> {
  return settleEnvironment(testing.services, "production");
}

interface Row {
  id: string;
  number: string;
  status: string;
  priority: string;
  recovered_at: Date | null;
  closed_at: Date | null;
}

async function incidents(): Promise<Row[]> {
  return testing.control.query<Row>(
    "select id, number, status, priority, recovered_at, closed_at from interlock_control.incidents order by number",
  );
}

async function texts(locale: string): Promise<string[]> {
  const rows = await testing.control.query<{ body: string }>(
    `select t.body from interlock_control.updates u join interlock_control.update_texts t on t.update = u.id
      where t.locale = $1::text and u.state = 'published' order by u.published_at`,
    [locale],
  );
  return rows.map(({ body }) => body);
}

const ddl = {
  number: "12",
  at: new Date(Date.now() - 60_000).toISOString(),
  tag: "ALTER TABLE",
  objects: ["table column public.payments.amount_cents"],
  who: "ada",
  applicationName: "psql",
  clientAddress: null,
  text: "alter table payments rename column amount to amount_cents",
  permit: null,
};
const alarm = {
  appVersion: "payments@2.2.0",
  statements: [
    {
      name: "create-payment",
      sqlstate: "42703",
      message: 'column "amount" of relation "payments" does not exist',
    },
  ],
  ddl: [ddl],
  raisedAt: new Date().toISOString(),
};

describe("a confirmed signal", () => {
  test("opens a P1 with its unit and the first update in three languages, in one step", async () => {
    await send("checkout", { startedAt: new Date(Date.now() - 9_000).toISOString() });
    expect(await settle()).toEqual(["open"]);
    const [incident] = await incidents();
    const row = await findIncident(testing.control.query, String(incident?.id));
    expect(row).toMatchObject({ priority: "P1", status: "investigating", is_public: true, holds: true });
    expect(row.unit_opened_at).not.toBeNull();
    expect(row.titles).toEqual({
      fr: "Perturbations : API de Paiement",
      en: "Disruptions: Payment API",
      it: "Anomalie: API di Pagamento",
    });
    expect(row.detected_at.getTime() - row.started_at.getTime()).toBeGreaterThan(8_000);
    expect((await texts("fr"))[0]).toMatch(
      /Notre surveillance signale des échecs sur API de Paiement .*\nAucun impact sur Paiements sur TPE\./,
    );
    expect(await texts("en")).toHaveLength(1);
    expect(await texts("it")).toHaveLength(1);
    const told = await testing.told();
    for (const kind of ["signal-raised", "incident-opened", "unit-opened", "update-published"]) {
      expect(told.filter((one) => one === kind)).toHaveLength(1);
    }
    expect(await settle()).toEqual([]);
  });

  test("is one incident, whoever leads, and however many are sent", async () => {
    await Promise.all([send("a"), send("b"), send("c", { component: "portal" })]);
    const done = await Promise.all([settle(), settle(), settle()]);
    expect(done.flat().filter((one) => one === "open")).toHaveLength(1);
    await send("d");
    await Promise.all([settle(), settle()]);
    expect(await incidents()).toHaveLength(1);
    const signals = await testing.control.query(
      "select from interlock_control.signals where incident is null",
    );
    expect(signals).toEqual([]);
    const entries = await testing.control.query(
      "select from interlock_control.timeline where kind = 'signal-attached'",
    );
    expect(entries).toHaveLength(4);
  });

  test("makes an incident as urgent as the worst that it affects", async () => {
    await send("portal", { component: "portal" });
    await settle();
    expect(await incidents()).toMatchObject([{ priority: "P3" }]);
    await send("checkout");
    expect(await settle()).toEqual(["attach"]);
    expect(await incidents()).toMatchObject([{ priority: "P1" }]);
    expect((await testing.told()).filter((one) => one === "unit-opened")).toHaveLength(1);
    const row = await findIncident(testing.control.query, "INC-1");
    expect(row.scopes).toEqual(["app=payments"]);
    expect((await texts("en")).at(-1)).toContain("Affected services: Payment API and Portal.");
  });

  test("opens the incident also where clients can't be told, and says why they were not", async () => {
    await testing.control.query(
      `update interlock_control.components set names = '{}' where key = 'payment-api'`,
    );
    await testing.control.query(`update interlock_control.status_page set locales = '{fr,de}'`);
    await send("checkout");
    expect(await settle()).toEqual(["open"]);
    expect(await incidents()).toMatchObject([{ priority: "P1" }]);
    const [why] = await testing.control.query<{ detail: { code: string } }>(
      "select detail from interlock_control.timeline where kind = 'update-not-published'",
    );
    expect(why?.detail.code).toMatch(/language-missing|phrase-value-missing/);
    expect(await testing.told()).not.toContain("update-published");
  });
});

describe("an incident that opened itself", () => {
  test("recovers, relapses, recovers, and is opened again instead of another one", async () => {
    await send("checkout");
    await settle();
    await send("checkout", { state: "ended" });
    expect(await settle()).toEqual(["recover"]);
    const [recovered] = await incidents();
    expect(recovered).toMatchObject({ status: "monitoring" });
    expect(recovered?.recovered_at).not.toBeNull();
    expect((await texts("en")).at(-1)).toContain("Service is coming back step by step.");
    await send("checkout");
    expect(await settle()).toEqual(["attach", "relapse"]);
    expect(await incidents()).toMatchObject([{ status: "investigating", recovered_at: null }]);
    await send("checkout", { state: "ended" });
    expect(await settle()).toEqual(["recover"]);
    await resolveIncident(testing.services, { incident: "INC-1", caller: ada });
    await send("checkout");
    expect(await settle()).toEqual(["reopen"]);
    expect(await incidents()).toMatchObject([{ closed_at: null, status: "investigating" }]);
    const told = await testing.told();
    expect(told.filter((one) => one === "incident-opened")).toHaveLength(1);
    expect(told.filter((one) => one === "incident-reopened")).toHaveLength(1);
  });

  test("takes a signal that tells of a beginning before the recovery, and says nothing where it may not", async () => {
    await declare("payment-api", { ...declares, publish: false });
    await send("checkout");
    await settle();
    await postUpdate(testing.services, {
      incident: "INC-1",
      status: "investigating",
      phrases: ["investigating"],
      publish: true,
      caller: ada,
    });
    await send("checkout", { state: "ended" });
    expect(await settle()).toEqual(["recover"]);
    await send("late", { startedAt: new Date(Date.now() - 3_600_000).toISOString() });
    expect(await settle()).toEqual(["attach", "relapse"]);
    expect(await incidents()).toMatchObject([{ status: "investigating" }]);
    // A person spoke once; nothing was said by itself.
    expect(await texts("en")).toHaveLength(1);
  });

  test("resolves by itself where that is asked for", async () => {
    await declare("payment-api", { ...declares, resolveAfterMinutes: 5 });
    await send("checkout");
    await settle();
    await send("checkout", { state: "ended" });
    expect(await settle()).toEqual(["recover"]);
    await testing.control.query(
      "update interlock_control.detections set recovered_by_itself_at = clock_timestamp() - interval '5 minutes'",
    );
    expect((await Promise.all([settle(), settle()])).flat()).toEqual(["resolve"]);
    expect(await incidents()).toMatchObject([{ status: "resolved" }]);
    expect((await texts("it")).at(-1)).toContain("L’incidente è terminato");
  });
});

describe("an alarm of the watch", () => {
  test("opens the incident as of the structural change, names it, and ends with it", async () => {
    await raiseAlarm(testing.control, { ...place, alarm });
    await takeAlarms(testing.control);
    expect(await settle()).toEqual(["open", "identify"]);
    const row = await findIncident(testing.control.query, "INC-1");
    expect(row.status).toBe("identified");
    expect(row.started_at).toEqual(new Date(ddl.at));
    const [culprit] = await readCulprits(testing.control.query, row.id);
    expect(culprit).toMatchObject({
      key: "ddl production/main 12",
      hasEvidence: true,
      who: "ada (psql)",
      rank: 1,
    });
    expect((await texts("en")).at(-1)).toMatch(
      /Difficulties are confirmed on Payment API\.\nNo impact on POS terminals\./,
    );
    const [named] = await testing.control.query<{ detail: object }>(
      "select detail from interlock_control.timeline where kind = 'culprit-named'",
    );
    expect(named?.detail).toMatchObject({
      key: "ddl production/main 12",
      statement: ddl.text,
    });
    await clearAlarm(testing.control, { ...place, appVersion: "payments@2.2.0", why: "works" });
    await takeAlarms(testing.control);
    expect(await settle()).toEqual(["recover"]);
  });

  test("names the application half that is missing, and begins its release for who may", async () => {
    await testing.control.query(
      `insert into interlock_control.changes (id, title, files, baseline, digests, app, version, touches, created_by)
       values ('chg_a', 'Amounts in cents', '[]', '[]', '{}', 'payments', '2.3.0', '{"tables": ["public.payments"]}', 'ada')`,
    );
    await raiseAlarm(testing.control, { ...place, alarm });
    await takeAlarms(testing.control);
    await settle();
    const { id } = await findIncident(testing.control.query, "INC-1");
    const [culprit] = await readCulprits(testing.control.query, id);
    expect(culprit?.wayOut).toMatchObject({ command: "interlock release start payments@2.3.0" });
    const asked = { incident: "INC-1", culprit: String(culprit?.key) };
    const services = {
      control: testing.control,
      admit: async () => ({ id: "dec_a", verdict: "go" }) as never,
    };
    const narrow = { ...ada, scopes: new Set(["incident:write" as const]) };
    await expect(rollBackCulprit(services, { ...asked, caller: narrow })).rejects.toMatchObject({
      code: "forbidden",
    });
    const elsewhere = callerOf("bob", ["staging"]);
    await expect(rollBackCulprit(services, { ...asked, caller: elsewhere })).rejects.toMatchObject({
      code: "forbidden",
    });
    const other = { ...asked, culprit: "ddl production/main 13", caller: ada };
    await expect(rollBackCulprit(services, other)).rejects.toMatchObject({ code: "not-found" });
    expect(await rollBackCulprit(services, { ...asked, caller: ada })).toContain("payments@2.3.0");
    const releases = await testing.control.query(
      "select app, version, state from interlock_control.releases",
    );
    expect(releases).toEqual([{ app: "payments", version: "2.3.0", state: "running" }]);
    // It is released now, so nothing is left to do about it.
    await settle();
    await expect(rollBackCulprit(services, { ...asked, caller: systemCaller })).rejects.toMatchObject({
      code: "conflict",
    });
  });
});
