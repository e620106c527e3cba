import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePaid, startPlatform, type Platform } from "../testing/platform.ts";

describe("the ledger", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.3.0", migrated: true });
  });
  afterAll(async () => platform.stop());

  test.each([0, -1])("never books %d cents", async (cents) => {
    const add = platform.sql.query(
      `insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency)
       values ('test', 'capture', 'acc_000001', false, $1::bigint, 'EUR')`,
      [cents],
    );
    await expect(add).rejects.toMatchObject({ code: "23514" });
  });

  test("books a capture and its fee", async () => {
    const id = await makePaid(platform, 10_000);
    const { rows } = await platform.sql.query(
      `select account_id, amount_cents::integer as cents from ledger_entries where reference = $1::text
       order by account_id, amount_cents`,
      [id],
    );
    expect(rows).toEqual([
      { account_id: "test:acquirer", cents: 10_000 },
      { account_id: "test:fees", cents: -110 },
      { account_id: "test:merchant:acc_000001", cents: -10_000 },
      { account_id: "test:merchant:acc_000001", cents: 110 },
    ]);
    const again = platform.sql.query(
      `insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency)
       values ($1::text, 'capture', 'acc_000001', false, 10000, 'EUR')`,
      [id],
    );
    await expect(again).rejects.toMatchObject({ code: "23505", constraint: "ledger_transfers_booked_once" });
  });

  test.each([
    "update ledger_transfers set amount_cents = 1",
    "delete from ledger_transfers",
    "truncate ledger_transfers",
  ])("lets nothing be changed: %s", async (change) => {
    await expect(platform.sql.query(change)).rejects.toMatchObject({ code: "23001" });
  });
});
