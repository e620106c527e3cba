import { expect, test } from "vitest";
import { useControl } from "../control/testing-control.ts";
import { readRuleFacts } from "./read-rules.ts";
import { remindExpiring } from "./remind-expiring.ts";

const testing = useControl();

async function addBlock(expiresAt: string): Promise<void> {
  await testing.control.query(
    `insert into interlock_control.rules (id, kind, scope, settings, reason, owner, state, created_by, expires_at)
     values ('rul_0123456789abcdef', 'block', 'env=*', '{}', 'because', 'ada', 'in-force', 'ada', $1::timestamptz)`,
    [expiresAt],
  );
}

async function told(): Promise<string[]> {
  const rows = await testing.control.query<{ kind: string }>(
    "select kind from interlock_control.events order by number",
  );
  return rows.map(({ kind }) => kind);
}

test("a rule is told of once a day before its end, and once at it, by one of several servers", async () => {
  await addBlock("2026-11-24T12:00:00.000Z");
  const look = (at: string): Promise<number[]> =>
    Promise.all([1, 2, 3].map(() => remindExpiring(testing, new Date(at))));
  await look("2026-11-23T11:59:59.999Z");
  expect(await told()).toEqual([]);
  await look("2026-11-23T12:00:00.000Z");
  await look("2026-11-24T11:59:59.999Z");
  expect(await told()).toEqual(["rule-expires-soon"]);
  await look("2026-11-24T12:00:00.000Z");
  await look("2026-11-25T12:00:00.000Z");
  expect(await told()).toEqual(["rule-expires-soon", "rule-expired"]);
  const entries = await testing.control.query(
    "select actor, action from interlock_control.audit_log order by number",
  );
  expect(entries).toEqual([
    { actor: "interlock", action: "rule.expires-soon" },
    { actor: "interlock", action: "rule.expired" },
  ]);
});

async function rulesAt(at: string): Promise<number> {
  const { query } = testing.control;
  const asked = { environment: "production", change: null, at: new Date(at) };
  return (await readRuleFacts(query, asked)).rules.length;
}

test("an expired block is not in force from that very moment, told of or not", async () => {
  await addBlock("2026-11-24T12:00:00.000Z");
  expect(await rulesAt("2026-11-24T11:59:59.999Z")).toBe(1);
  expect(await rulesAt("2026-11-24T12:00:00.000Z")).toBe(0);
});
