import * as fc from "fast-check";
import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { hashOf } from "./append-to-audit-log.ts";
import { readAuditLog } from "./read-audit-log.ts";
import { useControl } from "./testing-control.ts";
import { verifyAuditLog } from "./verify-audit-log.ts";

const database = useControl();

async function write(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await database.control.transact(async ({ audit }) => {
      audit({ actor: "ada", action: "rule.lift", subject: `rul_${String(index)}`, detail: { index } });
    });
  }
}

/** Changes the log as only a superuser can, who turns its trigger off. */
async function tamper(sql: string): Promise<void> {
  const client = new Client(database.control.connection);
  await client.connect();
  await client.query("set session_replication_role = replica");
  await client.query(sql);
  await client.end();
}

const table = "interlock_control.audit_log";

describe("the audit log", () => {
  test("is empty and intact at first, and every entry is linked to the one before it", async () => {
    expect(await verifyAuditLog(database.control)).toMatchObject({ intact: true, entries: 0 });
    await write(5);
    const entries = await readAuditLog(database.control, { after: "0", limit: 100 });
    expect(entries.map(({ number }) => number)).toEqual(["1", "2", "3", "4", "5"]);
    expect(entries.slice(1).map(({ previousHash }) => previousHash)).toEqual(
      entries.slice(0, -1).map(({ hash }) => hash),
    );
    expect(await verifyAuditLog(database.control)).toEqual({
      intact: true,
      entries: 5,
      head: entries.at(-1)?.hash,
    });
  });

  test("an entry that is not committed leaves no gap", async () => {
    await write(1);
    const failed = database.control.transact(async ({ audit }) => {
      audit({ actor: "ada", action: "a", subject: "b", detail: {} });
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    await write(1);
    expect(await verifyAuditLog(database.control)).toMatchObject({ intact: true, entries: 2 });
  });

  test("entries of many transactions at once form one chain", async () => {
    await Promise.all(Array.from({ length: 8 }, () => write(10)));
    expect(await verifyAuditLog(database.control)).toMatchObject({ intact: true, entries: 80 });
  });

  test("goes on over the end of a batch", async () => {
    await database.control.transact(async ({ audit }) => {
      for (let index = 0; index < 2_001; index += 1) {
        audit({ actor: "ada", action: "a", subject: String(index), detail: {} });
      }
    });
    expect(await verifyAuditLog(database.control)).toMatchObject({ intact: true, entries: 2_001 });
    await tamper(`update ${table} set actor = 'eve' where number = 1001`);
    expect(await verifyAuditLog(database.control)).toMatchObject({ number: "1001", fault: "changed" });
  });

  test("any detail verifies after its way through jsonb", async () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    const text = fc.string({ unit, maxLength: 20 });
    const detail = fc.dictionary(
      text,
      fc.oneof(
        fc.anything({
          key: text,
          values: [text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined)],
          withDate: true,
          maxDepth: 3,
        }),
        fc.constantFrom(-0, 1e21, 5e-324, 1.7976931348623157e308, 1.0, 0.1 + 0.2, 1e300),
      ),
    );
    await fc.assert(
      fc.asyncProperty(detail, text, async (value, name) => {
        await database.control.transact(async ({ audit }) => {
          audit({ actor: name, action: name, environment: name, subject: name, detail: value });
        });
        const result = await verifyAuditLog(database.control);
        expect(result).toMatchObject({ intact: true });
      }),
      { numRuns: 150 },
    );
  });
});

describe("tampering is noticed", () => {
  const changed: [string, string][] = [
    ["who", `update ${table} set actor = 'eve' where number = 3`],
    ["when", `update ${table} set at = '2020-01-01T00:00:00.000Z' where number = 3`],
    ["what", `update ${table} set action = 'rule.add' where number = 3`],
    ["where", `update ${table} set environment = 'production' where number = 3`],
    ["to what", `update ${table} set subject = 'other' where number = 3`],
    ["the detail", `update ${table} set detail = '{"index": 99}' where number = 3`],
    ["one member more", `update ${table} set detail = detail || '{"more": null}' where number = 3`],
    ["the hash", `update ${table} set hash = repeat('0', 64) where number = 3`],
  ];
  test.each(changed)("%s", async (_, sql) => {
    await write(5);
    await tamper(sql);
    expect(await verifyAuditLog(database.control)).toMatchObject({
      intact: false,
      number: "3",
      fault: "changed",
    });
  });

  test("an entry that was removed", async () => {
    await write(5);
    await tamper(`delete from ${table} where number = 3`);
    expect(await verifyAuditLog(database.control)).toMatchObject({ number: "3", fault: "missing" });
    await tamper(`delete from ${table} where number in (1, 2)`);
    expect(await verifyAuditLog(database.control)).toMatchObject({ number: "1", fault: "missing" });
  });

  test("entries that changed places, with hashes made for their new numbers", async () => {
    await write(5);
    const entries = await readAuditLog(database.control, { after: "0", limit: 5 });
    const [third, fourth] = [entries[2], entries[3]];
    if (third === undefined || fourth === undefined) throw new Error("there are five entries");
    await tamper(`update ${table} set number = -number + 100, hash = number::text where number in (3, 4)`);
    for (const [number, from] of [
      ["3", fourth],
      ["4", third],
    ] as const) {
      const hash = hashOf({ ...from, number });
      const old = String(100 - Number(from.number));
      await tamper(`update ${table} set number = ${number}, hash = '${hash}' where number = ${old}`);
    }
    expect(await verifyAuditLog(database.control)).toMatchObject({ number: "3", fault: "reordered" });
  });

  test("an entry removed and all after it numbered and hashed anew, when the head is known", async () => {
    await write(4);
    const known = await verifyAuditLog(database.control);
    if (!known.intact) throw new Error("it is intact");
    await tamper(`delete from ${table} where number > 2`);
    // Of itself the rest is a whole chain.
    expect(await verifyAuditLog(database.control)).toMatchObject({ intact: true, entries: 2 });
    expect(await verifyAuditLog(database.control, { expectedHead: known.head })).toMatchObject({
      intact: false,
      fault: "cut-off",
      number: "3",
    });
    await write(2);
    expect(await verifyAuditLog(database.control, { expectedHead: known.head })).toMatchObject({
      fault: "cut-off",
    });
  });

  test("a known head that others follow is no fault", async () => {
    await write(2);
    const known = await verifyAuditLog(database.control);
    if (!known.intact) throw new Error("it is intact");
    await write(3);
    expect(await verifyAuditLog(database.control, { expectedHead: known.head })).toMatchObject({
      intact: true,
      entries: 5,
    });
  });

  test("without being a superuser nobody changes anything", async () => {
    await write(1);
    for (const sql of [`update ${table} set actor = 'eve'`, `delete from ${table}`, `truncate ${table}`]) {
      await expect(database.control.query(sql)).rejects.toMatchObject({ code: "IL002" });
    }
  });
});
