import { Readable } from "node:stream";
import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { settlementHeader } from "../acquirer/settlement-file.ts";
import { applyMigrations } from "../database/apply-migrations.ts";
import type { Difference, Summary } from "./check.ts";
import { checks } from "./checks/all.ts";
import { reconcile } from "./reconcile.ts";

// A small platform as it is when all is well: a payment with a refund, a deferred one captured in part, one let go,
// one declined, one that never arrived, one whose card holder is being asked, and a terminal's payment, reversed.

const at = "2026-06-01T10:00:00.000Z";
const until = "2026-06-01T12:00:00.000Z";
const settled = `'2026-06-01T10:00:00Z', '2026-06-01T10:00:01Z'`;

const rows = `
insert into payments (id, merchant_id, is_live, amount_cents, amount_refunded_cents, currency, is_paid, paid_at, auto_capture,
  authorized_amount_cents, authorized_at, authorization_expires_at, failure_code, attempt_id, closing_id)
values
  ('pay_1', 'acc_1', false, 1000, 300, 'EUR', true, now(), true, null, null, null, null, 'att_1', null),
  ('pay_2', 'acc_1', false, 1500, 0, 'EUR', true, now(), false, 2000, now(), now(), null, 'att_2', 'cap_2'),
  ('pay_3', 'acc_1', false, 2000, 0, 'EUR', false, null, false, 2000, now(), now(), 'aborted', 'att_3', 'rel_3'),
  ('pay_4', 'acc_1', false, 400, 0, 'EUR', false, null, true, null, null, null, 'card_declined', 'att_4', null),
  ('pay_5', 'acc_1', false, 500, 0, 'EUR', false, null, true, null, null, null, 'timeout', 'att_5', null),
  ('pay_6', 'acc_1', false, 600, 0, 'EUR', false, null, true, null, null, null, null, 'att_6', null);
insert into refunds (id, payment_id, amount_cents, state) values ('re_1', 'pay_1', 300, 'succeeded'), ('re_2', 'pay_1', 100, 'failed');
insert into terminals (poi_id, merchant_id, token_hash) values ('POI-1', 'acc_1', sha256('1'));
insert into terminal_transactions (id, poi_id, merchant_id, is_live, sale_id, service_id, sale_transaction_id, amount_cents, currency,
  state, reversal_id, card_brand, card_last4)
values
  ('trm_1', 'POI-1', 'acc_1', false, 's', '1', 't', 700, 'EUR', 'reversed', 'rev_1', 'Visa', '4242'),
  ('trm_2', 'POI-1', 'acc_1', false, 's', '2', 't', 800, 'EUR', 'approved', null, 'Visa', '4242'),
  ('trm_3', 'POI-1', 'acc_1', false, 's', '3', 't', 900, 'EUR', 'aborted', null, 'Visa', '4242');
insert into terminal_reversals (id, transaction_id, poi_id, sale_id, service_id, reason, state, finished_at)
values ('rev_1', 'trm_1', 'POI-1', 's', '4', 'MerchantCancel', 'approved', now());
insert into acquirer_operations (reference, kind, subject_id, amount_cents, state, started_at, finished_at)
values
  ('att_1', 'payment', 'pay_1', 1000, 'approved', ${settled}),
  ('re_1', 'refund', 're_1', 300, 'approved', ${settled}),
  ('re_2', 'refund', 're_2', 100, 'declined', ${settled}),
  ('att_2', 'payment', 'pay_2', 2000, 'approved', ${settled}),
  ('cap_2', 'capture', 'pay_2', 1500, 'approved', ${settled}),
  ('att_3', 'payment', 'pay_3', 2000, 'approved', ${settled}),
  ('rel_3', 'release', 'pay_3', 2000, 'approved', ${settled}),
  ('att_4', 'payment', 'pay_4', 400, 'declined', ${settled}),
  ('att_5', 'payment', 'pay_5', 500, 'declined', ${settled}),
  ('trm_1', 'terminal', 'trm_1', 700, 'approved', ${settled}),
  ('rev_1', 'reversal', 'trm_1', 700, 'approved', ${settled}),
  ('trm_2', 'terminal', 'trm_2', 800, 'approved', ${settled}),
  ('trm_3', 'terminal', 'trm_3', 900, 'declined', ${settled});
insert into acquirer_operations (reference, kind, subject_id, amount_cents, state, started_at, challenge_url, challenged_at)
values ('att_6', 'payment', 'pay_6', 600, 'pending', '2026-06-01T10:00:00Z', 'http://a', '2026-06-01T10:00:00Z');
insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency)
values
  ('pay_1', 'capture', 'acc_1', false, 1000, 'EUR'), ('pay_1', 'fee', 'acc_1', false, 11, 'EUR'),
  ('re_1', 'refund', 'acc_1', false, 300, 'EUR'),
  ('pay_2', 'capture', 'acc_1', false, 1500, 'EUR'), ('pay_2', 'fee', 'acc_1', false, 16, 'EUR'),
  ('trm_1', 'capture', 'acc_1', false, 700, 'EUR'), ('trm_1', 'fee', 'acc_1', false, 7, 'EUR'),
  ('rev_1', 'refund', 'acc_1', false, 700, 'EUR'),
  ('trm_2', 'capture', 'acc_1', false, 800, 'EUR'), ('trm_2', 'fee', 'acc_1', false, 8, 'EUR');
insert into merchant_balances (merchant_id, is_live, currency, payable_cents) values ('acc_1', false, 'EUR', 2000);
insert into merchant_credits (merchant_id, is_live, currency, amount_cents) values ('acc_1', false, 'EUR', 958);`;

const file: readonly string[] = [
  `att_1,sale,approved,,1000,,${at}`,
  `re_1,refund,approved,,300,att_1,${at}`,
  `re_2,refund,declined,processing_error,100,att_1,${at}`,
  `att_2,authorisation,approved,,2000,,${at}`,
  `cap_2,capture,approved,,1500,att_2,${at}`,
  `att_3,authorisation,approved,,2000,,${at}`,
  `rel_3,release,approved,,2000,att_3,${at}`,
  `att_4,sale,declined,card_declined,400,,${at}`,
  `att_5,void,declined,voided,0,,${at}`,
  `trm_1,sale,approved,,700,,${at}`,
  `rev_1,refund,approved,,700,trm_1,${at}`,
  `trm_2,sale,approved,,800,,${at}`,
  `trm_3,void,declined,voided,0,,${at}`,
];

const tables = `payments, refunds, terminals, terminal_transactions, terminal_reversals, acquirer_operations,
  ledger_transfers, merchant_balances, merchant_credits`;

/** Changes a line of the settlement file; null takes it out. */
const change = (reference: string, to: (line: string) => string | null): string[] =>
  file.flatMap((line) => (line.startsWith(`${reference},`) ? (to(line) ?? []) : line));

interface Case {
  name: string;
  /** What is done to our records. */
  sql?: string;
  /** The settlement file, where it isn't as it should be. */
  lines?: readonly string[];
  /** Kind and reference of each difference that must be named, and no other. */
  expected: readonly [kind: string, reference: string][];
}

const balance: [string, string] = ["balance-differs", "acc_1 (test)"];
const pendingRefund = `insert into refunds (id, payment_id, amount_cents, state) values ('re_3', 'pay_1', 50, 'pending');
  insert into acquirer_operations (reference, kind, subject_id, amount_cents, state, started_at)
  values ('re_3', 'refund', 're_3', 50, 'pending', '2026-06-01T11:59:59Z');
  update merchant_balances set payable_cents = payable_cents - 50`;

const cases: readonly Case[] = [
  { name: "all is well", expected: [] },
  { name: "a refund that has only just been asked for", sql: pendingRefund, expected: [] },
  {
    name: "the acquirer has a sale that we never asked for",
    lines: [...file, `att_9,sale,approved,,100,,${at}`],
    expected: [["unknown-here", "att_9"]],
  },
  {
    name: "the acquirer lost a refund",
    lines: change("re_1", () => null),
    expected: [["unknown-at-acquirer", "re_1"]],
  },
  {
    name: "nobody settled what the acquirer decided",
    sql: pendingRefund.replace("11:59:59", "10:00:00"),
    lines: [...file, `re_3,refund,approved,,50,att_1,${at}`],
    expected: [["still-pending", "re_3"]],
  },
  {
    name: "nobody settled what the acquirer never heard of",
    sql: pendingRefund.replace("11:59:59", "10:00:00"),
    expected: [["still-pending", "re_3"]],
  },
  {
    name: "a challenge was answered, and nobody took notice",
    lines: [...file, `att_6,sale,approved,,600,,${at}`],
    expected: [["still-pending", "att_6"]],
  },
  {
    name: "the acquirer declined what we call approved",
    lines: change("trm_2", (line) => line.replace("approved,", "declined,card_declined")),
    expected: [["state-differs", "trm_2"]],
  },
  {
    name: "the acquirer captured another amount",
    lines: change("cap_2", (line) => line.replace("1500", "1501")),
    expected: [["amount-differs", "cap_2"]],
  },
  {
    name: "the acquirer only held what it should have taken",
    lines: change("att_1", (line) => line.replace("sale", "authorisation")),
    expected: [["kind-differs", "att_1"]],
  },
  {
    name: "the acquirer refunded another card holder",
    lines: change("re_1", (line) => line.replace("att_1", "att_2")),
    expected: [["authorisation-differs", "re_1"]],
  },
  {
    name: "the acquirer decided one reference twice",
    lines: [...file, file[0] ?? ""],
    expected: [["decided-twice", "att_1"]],
  },
  {
    name: "a capture was not booked",
    sql: "delete from ledger_transfers where reference = 'pay_2'; update merchant_balances set payable_cents = payable_cents - 1484",
    expected: [["not-booked", "cap_2"]],
  },
  {
    name: "a capture was booked with another amount, and the balance knows nothing of it",
    sql: "update ledger_transfers set amount_cents = 1001 where reference = 'pay_1' and kind = 'capture'",
    expected: [["booking-differs", "att_1"], balance],
  },
  {
    name: "a refund was booked for another merchant",
    sql: `insert into merchants (id, name) values ('acc_2', 'B') on conflict do nothing;
      update ledger_transfers set merchant_id = 'acc_2' where reference = 're_1'`,
    expected: [
      ["balance-differs", "acc_1 (test)"],
      ["balance-differs", "acc_2 (test)"],
      ["booking-differs", "re_1"],
    ],
  },
  {
    name: "something was booked that nobody asked for",
    sql: `insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency)
      values ('pay_4', 'refund', 'acc_1', false, 10, 'EUR'); update merchant_balances set payable_cents = payable_cents - 10`,
    expected: [["booked-without-approval", "pay_4"]],
  },
  {
    name: "a fee was not booked",
    sql: `delete from ledger_transfers where reference = 'trm_2' and kind = 'fee';
      update merchant_balances set payable_cents = payable_cents + 8`,
    expected: [["fee-not-booked", "trm_2"]],
  },
  {
    name: "a balance was changed by hand",
    sql: "update merchant_balances set payable_cents = payable_cents + 1",
    expected: [balance],
  },
  {
    name: "a payment is called paid that was declined",
    sql: "update payments set paid_at = now() where id = 'pay_4'",
    expected: [["paid-differs", "pay_4"]],
  },
  {
    name: "a payment is called open that was captured",
    sql: "update payments set paid_at = null where id = 'pay_2'",
    expected: [["paid-differs", "pay_2"]],
  },
  {
    name: "a payment says another amount than was captured",
    sql: "update payments set amount_cents = 1400 where id = 'pay_2'",
    expected: [["paid-amount-differs", "pay_2"]],
  },
  {
    name: "a payment forgot a refund",
    sql: "update payments set amount_refunded_cents = 0 where id = 'pay_1'",
    expected: [["refunded-amount-differs", "pay_1"]],
  },
  {
    name: "a refund is called failed that was given",
    sql: "update refunds set state = 'failed' where id = 're_1'",
    expected: [["refund-differs", "re_1"]],
  },
  {
    name: "a refund was written down, and nobody was asked for it",
    sql: "insert into refunds (id, payment_id, amount_cents, state) values ('re_4', 'pay_1', 50, 'pending')",
    expected: [["refund-differs", "re_4"]],
  },
  {
    name: "an operation belongs to nothing",
    sql: `insert into acquirer_operations (reference, kind, subject_id, amount_cents, state, started_at, finished_at)
      values ('att_8', 'payment', 'pay_8', 10, 'declined', ${settled})`,
    lines: [...file, `att_8,void,declined,voided,0,,${at}`],
    expected: [["subject-missing", "att_8"]],
  },
  {
    name: "a terminal's payment is called declined that was approved",
    sql: "update terminal_transactions set state = 'declined' where id = 'trm_2'",
    expected: [["terminal-transaction-differs", "trm_2"]],
  },
  {
    name: "a reversal was given back, and its payment is still called approved",
    sql: "update terminal_transactions set state = 'approved' where id = 'trm_1'",
    expected: [["reversal-differs", "rev_1"]],
  },
];

const textOf = (lines: readonly string[]): string => `${[settlementHeader, ...lines].join("\n")}\n`;

describe("reconciliation", () => {
  let shadow: Shadow;
  let client: Client;
  beforeAll(async () => {
    shadow = await openShadow();
    client = new Client(shadow.connection(await shadow.createDatabase()));
    await client.connect();
    await applyMigrations(client);
    // The records have to be made wrong, which the ledger does not let anybody do.
    await client.query("set session_replication_role = replica");
    await client.query("insert into merchants (id, name) values ('acc_1', 'A')");
  });
  afterAll(async () => {
    await client.end();
    await shadow.close();
  });
  beforeEach(async () => {
    await client.query(`truncate ${tables} cascade`);
    await client.query(rows);
  });

  const run = async (
    text: string,
    bounds: { from?: string; until?: string } = { until },
  ): Promise<{ differences: Difference[]; summary: Summary }> => {
    const found = reconcile({
      client,
      open: () => Readable.from([text]),
      from: bounds.from,
      until: bounds.until,
      isComplete: false,
      graceSeconds: 60,
    });
    const differences: Difference[] = [];
    for (;;) {
      const next = await found.next();
      if (next.done === true) return { differences, summary: next.value };
      differences.push(next.value);
    }
  };
  test.each(cases)("$name", async ({ sql, lines = file, expected }) => {
    if (sql !== undefined) await client.query(sql);
    const { differences, summary } = await run(textOf(lines));
    const named = differences.map(({ kind, reference }) => [kind, reference]);
    expect(named.toSorted()).toEqual(expected.toSorted());
    expect(summary).toMatchObject({ decisions: lines.length, differences: expected.length });
  });

  test("every kind of difference was provoked above", () => {
    const provoked = new Set(cases.flatMap(({ expected }) => expected.map(([kind]) => kind)));
    expect([...provoked].toSorted()).toEqual(checks.map(({ kind }) => kind).toSorted());
  });

  test("says what each side says", async () => {
    const { differences } = await run(textOf(change("cap_2", (line) => line.replace("1500", "1501"))));
    expect(differences).toEqual([
      {
        kind: "amount-differs",
        reference: "cap_2",
        here: "approved capture of 1500 cents",
        there: "approved capture of 1501 cents",
        action: expect.stringMatching(/\w/),
      },
    ]);
  });

  test("does not miss in a file what lies outside its time", async () => {
    const none = textOf([]);
    expect((await run(none, { until: "2026-06-01T10:00:01Z" })).differences).toEqual([]);
    expect((await run(none, { from: "2026-06-01T10:00:01Z", until })).differences).toEqual([]);
    expect((await run(none)).differences).toHaveLength(13);
    // Without bounds the file says how far it reaches: its own latest decision.
    const early = file.filter((line) => line.startsWith("att_1,"));
    expect((await run(textOf(early), {})).differences).toEqual([]);
  });

  test.each([
    ["", "not even its first line"],
    ["something else\n", "begins with"],
    [textOf(file).replace("1000", "10.00"), "line 2 "],
    [textOf(file).replace("approved", "maybe"), "line 2 "],
    [textOf(file).slice(0, -30), "in the middle of a line"],
    [`${textOf(file)}\n`, `line ${String(file.length + 2)} `],
  ])("a file that is none, or was cut off, is not compared", async (text, message) => {
    await expect(run(text)).rejects.toThrow(message);
    // And the session can be used again.
    expect((await run(textOf(file))).differences).toEqual([]);
  });
});
