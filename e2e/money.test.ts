import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "pg";
import { startReceiver, type Receiver } from "../packages/payments/src/testing/receiver.ts";
import { Acknowledged } from "./money/acknowledged.ts";
import { audit, untilQuiet } from "./money/audit.ts";
import { startHarmedPlatform, type HarmedPlatform } from "./money/harmed-platform.ts";
import { Merchant } from "./money/merchant.ts";
import { seededRandom } from "../packages/payments/src/acquirer/network/random.ts";
import { reconcile } from "./money/reconcile.ts";
import { runKills } from "./money/run-kills.ts";
import { Till } from "./money/till.ts";

// The long run (`npm run test:long -- money`) kills every part, many times.
const kills = ["api", "acquirer", "postgres"] as const;

test("money survives kill -9 of parts of the platform", { timeout: 240_000 }, async () => {
  const result = await runKills({ seed: 1_717, kills });
  expect(result.wrong).toEqual([]);
  expect(result.payments).toBeGreaterThan(0);
  expect(result.atTerminals).toBeGreaterThan(0);
  expect(Object.keys(result.kills).toSorted()).toEqual(kills.toSorted());
});

describe("the audit sees", () => {
  let platform: HarmedPlatform;
  let receiver: Receiver;
  let sql: Client;
  const said = new Acknowledged();

  beforeAll(async () => {
    platform = await startHarmedPlatform(1);
    receiver = await startReceiver();
    const merchant = new Merchant({
      api: platform.apiUrl,
      key: platform.access.keys[0] ?? "",
      random: seededRandom(3),
      said,
      receiver: receiver.url,
    });
    const [terminal] = platform.access.terminals;
    if (terminal === undefined) throw new Error("there is a terminal");
    const till = new Till({ url: platform.terminalsUrl, terminal, random: seededRandom(4), said });
    await till.logIn();
    await till.sell();
    while (said.refunds.size === 0 || said.outcomes.size < 5) await merchant.buy();
    sql = await platform.connect();
    await untilQuiet(sql);
  });
  afterAll(async () => {
    await sql.end();
    await receiver.stop();
    await platform.stop();
  });

  test("nothing, where nothing is wrong", async () => {
    expect(await audit(sql, said)).toEqual([]);
    expect(await reconcile(platform)).toEqual([]);
  });

  test.each([
    ["a payment that was said to be paid and isn't", "update payments set is_paid = false where is_paid"],
    [
      "a capture that nobody booked",
      "insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency) values ('pay_x', 'capture', 'acc_000001', false, 100, 'EUR')",
    ],
    [
      "a credit that went missing",
      "update merchant_balances set payable_cents = payable_cents - 1 where merchant_id = 'acc_000001' and not is_live",
    ],
    [
      "a refund that was said to be given back and isn't",
      "update refunds set state = 'failed' where state = 'succeeded'",
    ],
    ["a refund of another amount", "update refunds set amount_cents = amount_cents + 1"],
    [
      "a payment at a terminal that was taken back",
      "update terminal_transactions set state = 'declined' where state = 'approved'",
    ],
    ["a merchant who was told nothing", "delete from notifications where event = 'payment.paid'"],
    [
      "a payment made twice for one key",
      "insert into payments (id, merchant_id, is_live, amount_cents, currency) values ('pay_twice', 'acc_000001', false, 500, 'EUR')",
    ],
    [
      "an operation that nobody settled",
      "update acquirer_operations set state = 'pending', finished_at = null where reference = (select max(reference) from acquirer_operations)",
    ],
  ])("%s", async (_, tampering) => {
    await sql.query("begin");
    try {
      const { rowCount } = await sql.query(tampering);
      expect(rowCount).toBeGreaterThan(0);
      expect(await audit(sql, said)).not.toEqual([]);
    } finally {
      await sql.query("rollback");
    }
  });

  test("through reconciliation: a decision of the acquirer's that we have no record of", async () => {
    await sql.query("delete from acquirer_operations where kind = 'terminal'");
    expect(await reconcile(platform)).toHaveLength(1);
  });
});
