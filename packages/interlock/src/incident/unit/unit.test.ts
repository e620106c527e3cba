import { beforeEach, describe, expect, test } from "vitest";
import type { Incident } from "../../api/incidents.ts";
import { newResponderSchema, type Responder } from "../../api/unit.ts";
import { acknowledgeIncident } from "../acknowledge-incident.ts";
import { openIncident } from "../open-incident.ts";
import { readIncident } from "../read-incident.ts";
import { readTimeline } from "../read-timeline.ts";
import { resolveIncident } from "../resolve-incident.ts";
import { ada, callerOf, useIncidents } from "../testing-incidents.ts";
import { addResponder } from "./add-responder.ts";
import { answerByToken, findCallByToken } from "./answer-by-token.ts";
import { assignRole } from "./assign-role.ts";
import { callsToSend } from "./calls-to-send.ts";
import { escalateCalls } from "./escalate-calls.ts";
import { removeResponder } from "./remove-responder.ts";
import { listResponders } from "./responders.ts";

const testing = useIncidents();
const environment = "production";
const stranger = callerOf("bob", ["staging"]);

async function add(more: object, caller = ada): Promise<Responder> {
  const responder = newResponderSchema.parse({
    person: "grace",
    role: "lead",
    channel: "email",
    address: "grace@example.com",
    answerWithinSeconds: 60,
    ...more,
  });
  return addResponder(testing.services, { environment, responder, caller });
}

async function open(): Promise<Incident> {
  return openIncident(testing.services, {
    environment,
    priority: "P1",
    titles: { en: "Payments fail" },
    components: [],
    hold: false,
    caller: ada,
  });
}

async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => (error as { code: string }).code,
  );
}

async function called(incident: string): Promise<string[]> {
  const { unit } = await readIncident(testing.services, incident);
  return unit.calls.map(({ person, level, round }) => `${person} ${String(level)}.${String(round)}`);
}

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);

describe("who is called", () => {
  test("is kept without what is secret, and removed once", async () => {
    const hook = "https://hooks.example.com/services/T0/B0/secret";
    const slack = await add({ channel: "slack", address: hook });
    expect([slack.address, (await add({})).address]).toEqual([
      "https://hooks.example.com/…",
      "g…@example.com",
    ]);
    const kept = await testing.control.query("select * from interlock_control.responders");
    const audited = await testing.control.query("select detail from interlock_control.audit_log");
    expect(JSON.stringify([kept, audited])).not.toContain("secret");
    const remove = (caller = ada): Promise<string> =>
      outcome(removeResponder(testing.services, { responder: slack.id, caller }));
    expect(await remove(stranger)).toBe("forbidden");
    expect((await Promise.all([remove(), remove()])).toSorted()).toEqual(["already-ended", "done"]);
    expect(await outcome(add({}, stranger))).toBe("forbidden");
    expect(await listResponders(testing, { environment })).toHaveLength(1);
  });

  test.each([
    { address: "grace" },
    { address: "grace@example.com, eve@example.com" },
    { address: "grace@example.com\r\nBcc: eve@example.com" },
    { channel: "webhook", address: "http://hooks.example.com/" },
    { channel: "webhook", address: "file:///etc/passwd" },
    { channel: "slack", address: "https://user:secret@example.com/" },
  ])("is refused with %o", async (more) => {
    expect(await outcome(add(more))).toBe("input-not-valid");
  });
});

describe("a unit", () => {
  beforeEach(async () => {
    await add({ person: "grace" });
    await add({ person: "hal" });
    await add({ person: "ivy", level: 3, answerWithinSeconds: 120 });
    await add({ person: "jim", role: "communications" });
  });

  test("calls the first level of each role; who answers first gets the role, and nobody else is called for it", async () => {
    const { id } = await open();
    expect((await called(id)).toSorted()).toEqual(["grace 1.1", "hal 1.1", "jim 1.1"]);
    await acknowledgeIncident(testing.services, { incident: id, caller: callerOf("hal") });
    const { incident, unit } = await readIncident(testing.services, id);
    expect(incident.acknowledgedBy).toBe("hal");
    expect(unit.roles).toMatchObject([{ role: "lead", person: "hal", endedAt: null }]);
    await escalateCalls(testing.services, inSeconds(61));
    expect((await called(id)).filter((call) => call.startsWith("ivy"))).toEqual([]);
  });

  test("calls the next level once when nobody answers in time, and the first one again after the last", async () => {
    const { id } = await open();
    expect(await escalateCalls(testing.services, inSeconds(59))).toBe(0);
    const looks = await Promise.all([1, 2, 3].map(() => escalateCalls(testing.services, inSeconds(61))));
    expect(looks.reduce((sum, count) => sum + count, 0)).toBe(2);
    // There is nobody on level 2; communications has only one level.
    expect((await called(id)).toSorted()).toEqual(["grace 1.1", "hal 1.1", "ivy 3.1", "jim 1.1", "jim 1.2"]);
    expect(await escalateCalls(testing.services, inSeconds(61))).toBe(0);
    await escalateCalls(testing.services, inSeconds(61 + 121));
    expect((await called(id)).filter((call) => call.endsWith(".2")).toSorted()).toEqual([
      "grace 1.2",
      "hal 1.2",
      "jim 1.2",
    ]);
    const timeline = await readTimeline(testing.control.query, { incident: id });
    expect(timeline.filter(({ kind }) => kind === "escalated")).toHaveLength(4);
    expect((await testing.told()).filter((kind) => kind === "unit-called")).toHaveLength(8);
  });

  test("of which no call can be sent goes on at once to the next level, but around only once a minute", async () => {
    const { id } = await open();
    await testing.control.query("update interlock_control.calls set answer_by = called_at");
    expect(await escalateCalls(testing.services, inSeconds(1))).toBe(1);
    await testing.control.query("update interlock_control.calls set answer_by = called_at");
    expect(await escalateCalls(testing.services, inSeconds(2))).toBe(0);
    expect((await called(id)).toSorted()).toEqual(["grace 1.1", "hal 1.1", "ivy 3.1", "jim 1.1"]);
    expect(await escalateCalls(testing.services, inSeconds(62))).toBe(2);
  });

  test("calls nobody any more for a role that somebody has, nor once it is resolved", async () => {
    const { id } = await open();
    await assignRole(testing.services, { incident: id, role: "lead", person: "zoe", caller: ada });
    await escalateCalls(testing.services, inSeconds(61));
    expect((await called(id)).filter((call) => call.startsWith("ivy"))).toEqual([]);
    await resolveIncident(testing.services, { incident: id, caller: ada });
    expect(await escalateCalls(testing.services, inSeconds(600))).toBe(0);
    expect(await callsToSend(testing.services)).toEqual([]);
  });

  test("is answered by the link of the message, once; looking answers nothing", async () => {
    const { id } = await open();
    const calls = await callsToSend(testing.services);
    expect(calls.map(({ person, address, reference }) => [person, address, reference])).toContainEqual([
      "hal",
      "grace@example.com",
      "INC-1",
    ]);
    const token = calls.find(({ person }) => person === "grace")?.answerToken ?? "";
    expect(await findCallByToken(testing.control.query, token)).toMatchObject({
      person: "grace",
      answeredAt: null,
    });
    const kept = await testing.control.query("select * from interlock_control.calls");
    expect(JSON.stringify(kept)).not.toContain(token);
    const answers = await Promise.all([1, 2].map(() => outcome(answerByToken(testing.services, token))));
    expect(answers.toSorted()).toEqual(["already-ended", "done"]);
    expect(await outcome(answerByToken(testing.services, "wrong"))).toBe("not-found");
    const { unit } = await readIncident(testing.services, id);
    expect(unit.roles).toMatchObject([{ role: "lead", person: "grace" }]);
    const left = await callsToSend(testing.services);
    expect(left.map(({ person }) => person).toSorted()).toEqual(["hal", "jim"]);
    const other = await callsToSend(testing.services, { except: left.map(({ call }) => call) });
    expect(other).toEqual([]);
  });

  test("somebody who was not called answers as its lead", async () => {
    const { id } = await open();
    await acknowledgeIncident(testing.services, { incident: id, caller: ada });
    expect(await escalateCalls(testing.services, inSeconds(61))).toBe(1);
    const { unit } = await readIncident(testing.services, id);
    expect(unit.roles).toMatchObject([{ role: "lead", person: "ada" }]);
  });
});
