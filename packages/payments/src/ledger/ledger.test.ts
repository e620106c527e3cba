import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approvedCard, differences, startPlatform, type Platform } from "../testing/platform.ts";

describe.each([
  { version: "2.2.0", migrated: false },
  { version: "2.3.0", migrated: true },
])("the ledger under $version", (release) => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform(release);
  });
  afterAll(async () => platform.stop());

  const operation = fc.oneof(
    fc.record({
      kind: fc.constant("pay" as const),
      card: fc.constantFrom("4242424242424242", "4000000000000002", "4000000000000044"),
    }),
    fc.record({
      kind: fc.constant("refund" as const),
      amount: fc.option(fc.integer({ min: 10, max: 1_500 })),
    }),
    fc.record({ kind: fc.constant("abort" as const) }),
  );
  type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

  const run = async (id: string, wanted: Operation): Promise<number> => {
    const path = `/v1/payments/${id}`;
    switch (wanted.kind) {
      case "pay": {
        const body = { ...approvedCard, card_number: wanted.card };
        return (await platform.call({ method: "POST", path: `/pay/${id}`, body, key: null })).status;
      }
      case "refund": {
        const body = wanted.amount === null ? {} : { amount: wanted.amount };
        return (await platform.call({ method: "POST", path: `${path}/refunds`, body })).status;
      }
      case "abort":
        return (await platform.call({ method: "PATCH", path, body: { aborted: true } })).status;
    }
  };

  test("adds up after any operations, in any order, several at once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 99, max: 3_000 }),
        fc.array(fc.array(operation, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        async (amount, rounds) => {
          const body = { amount, currency: "EUR" };
          const created = await platform.call({ method: "POST", path: "/v1/payments", body });
          const id = String(created.json["id"]);
          for (const round of rounds) {
            const statuses = await Promise.all(round.map(async (wanted) => run(id, wanted)));
            expect(statuses.filter((status) => status >= 500)).toEqual([]);
          }
          expect(await differences(platform.sql)).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test.each([0, -1])("never books %d cents", async (cents) => {
    const add = platform.sql.query(
      `insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency)
       values ('test', 'capture', 'acc_000001', false, $1::bigint, 'EUR')`,
      [cents],
    );
    await expect(add).rejects.toMatchObject({ code: "23514" });
  });

  test.each([
    "update ledger_transfers set amount_cents = 1",
    "delete from ledger_transfers",
    "truncate ledger_transfers",
  ])("lets nothing be changed: %s", async (change) => {
    await expect(platform.sql.query(change)).rejects.toMatchObject({ code: "23001" });
  });
});
