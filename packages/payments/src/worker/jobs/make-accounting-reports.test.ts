import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../../testing/eventually.ts";
import { makePaid, startPlatform, type Answer, type Platform } from "../../testing/platform.ts";
import { startReceiver, type Receiver } from "../../testing/receiver.ts";

let platform: Platform;
let receiver: Receiver;
beforeAll(async () => {
  platform = await startPlatform({ version: "2.2.0", migrated: false });
  receiver = await startReceiver();
});
afterAll(async () => {
  await platform.stop();
  await receiver.stop();
});

const path = "/v1/accounting_reports";
const today = (): string => new Date().toISOString().slice(0, 10);

async function create(body: object, key?: string): Promise<Answer> {
  return platform.call({ method: "POST", path, body, ...(key === undefined ? {} : { key }) });
}

/** The report's lines below the heading, once it is there. */
async function fetchLines(answer: Answer, key?: string): Promise<string[][]> {
  expect(answer.status).toBe(201);
  expect(answer.json).toMatchObject({
    object: "accounting_report",
    temporary_url: null,
    file_available_until: null,
  });
  const report = await eventually(
    async () =>
      platform.call({ path: `${path}/${String(answer.json["id"])}`, ...(key === undefined ? {} : { key }) }),
    ({ json }) => json["temporary_url"] !== null,
  );
  const file = await fetch(String(report.json["temporary_url"]));
  const text = await file.text();
  expect([file.headers.get("content-type"), text]).toEqual([
    expect.stringMatching(/^text\/csv/),
    expect.any(String),
  ]);
  const [heading, ...lines] = text.split("\r\n").slice(0, -1);
  expect(heading).toBe("booked_at,kind,reference,payment_id,amount,currency");
  return lines.map((line) => line.split(","));
}

const sum = (lines: string[][]): number => lines.reduce((total, line) => total + Number(line[4]), 0);

async function owed(merchantId: string): Promise<number> {
  const { rows } = await platform.sql.query<{ cents: string }>(
    "select payable_cents::text as cents from merchant_payables where merchant_id = $1 and not is_live",
    [merchantId],
  );
  return Number(rows[0]?.cents);
}

test("holds every capture, fee and refund, and sums up to what the merchant is owed", async () => {
  const paid = [await makePaid(platform, 10_000), await makePaid(platform, 99)];
  const body = { amount: 2_500 };
  const refund = await platform.call({
    method: "POST",
    path: `/v1/payments/${String(paid[0])}/refunds`,
    body,
  });
  const report = await create({ start_date: today(), end_date: today(), notification_url: receiver.url });
  const lines = await fetchLines(report);
  expect(
    lines.map(([, kind, reference, payment, amount, currency]) => [
      kind,
      reference,
      payment,
      amount,
      currency,
    ]),
  ).toEqual([
    ["capture", paid[0], paid[0], "10000", "EUR"],
    ["fee", paid[0], paid[0], "-110", "EUR"],
    ["capture", paid[1], paid[1], "99", "EUR"],
    ["fee", paid[1], paid[1], "-1", "EUR"],
    ["refund", refund.json["id"], paid[0], "-2500", "EUR"],
  ]);
  expect(sum(lines)).toBe(await owed("acc_000001"));
  const [told] = await receiver.until(1);
  expect(told?.json).toMatchObject({ object: "accounting_report", id: report.json["id"] });
  expect(told?.json["temporary_url"]).toMatch(/^http/);
});

test("of more than one piece has every booking once, also when its worker was killed", async () => {
  const key = platform.access.keys[4] ?? "";
  // More than one piece for two of the days; every third booking is this merchant's.
  await platform.sql.query(
    `insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency, created_at)
     select 'pay_many' || n, 'capture', 'acc_00000' || 5 + n % 3, false, n, 'EUR',
       now() - interval '5 days' + n * interval '7 seconds'
     from generate_series(1, 50000) as n`,
  );
  const first = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
  const last = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  const report = await create({ start_date: first, end_date: last }, key);
  await eventually(
    async () =>
      platform.sql.query("select from accounting_report_parts where report_id = $1", [report.json["id"]]),
    ({ rows }) => rows.length > 0,
  );
  await platform.worker.kill();
  // As if the killed worker's claim had run out.
  await platform.sql.query("update accounting_reports set claimed_until = now()");
  await platform.startWorker();
  const lines = await fetchLines(report, key);
  const { rows } = await platform.sql.query<{ reference: string; amount: string }>(
    `select reference, amount_cents::text as amount from ledger_transfers
     where merchant_id = 'acc_000005' and not is_live and created_at >= $1::date::timestamp at time zone 'utc'
       and created_at < ($2::date + 1)::timestamp at time zone 'utc' order by id`,
    [first, last],
  );
  expect(rows.length).toBeGreaterThan(1_000);
  expect(lines.map(([, , reference, , amount]) => ({ reference, amount }))).toEqual(rows);
});

test("of days on which nothing was booked is a heading; anybody else's is not there", async () => {
  const key = platform.access.keys[9] ?? "";
  const report = await create({ start_date: "2025-01-01", end_date: "2025-01-31" }, key);
  expect(await fetchLines(report, key)).toEqual([]);
  const list = await platform.call({ path, key });
  expect(list.json).toMatchObject({ count: 1, data: [{ id: report.json["id"], start_date: "2025-01-01" }] });
  expect((await platform.call({ path: `${path}/${String(report.json["id"])}` })).status).toBe(404);
});

test("can be fetched for a while, from an address that nobody guesses", async () => {
  const key = platform.access.keys[10] ?? "";
  const report = await create({ start_date: today(), end_date: today() }, key);
  await fetchLines(report, key);
  const shown = await platform.call({ path: `${path}/${String(report.json["id"])}`, key });
  const address = new URL(String(shown.json["temporary_url"]));
  expect(address.pathname).toMatch(/^\/accounting_reports\/[0-9A-Za-z_-]{32}$/);
  await platform.sql.query("update accounting_reports set available_until = now() where id = $1", [
    report.json["id"],
  ]);
  expect((await platform.call({ path: address.pathname, key: null })).status).toBe(404);
  const gone = await eventually(
    async () => platform.sql.query("select state from accounting_reports where id = $1", [report.json["id"]]),
    ({ rows }) => (rows[0] as { state: string }).state === "expired",
  );
  expect(gone.rows).toHaveLength(1);
  const { rows } = await platform.sql.query("select from accounting_report_parts where report_id = $1", [
    report.json["id"],
  ]);
  expect(rows).toEqual([]);
  const expired = await platform.call({ path: `${path}/${String(report.json["id"])}`, key });
  expect(expired.json).toMatchObject({ temporary_url: null });
});

test.each([
  [{ start_date: "2025-02-30", end_date: "2025-03-01" }, "start_date"],
  [{ start_date: "2025-02-01", end_date: "2025-02-31" }, "end_date"],
  [{ start_date: "2025-02-02", end_date: "2025-02-01" }, "end_date"],
  [{ start_date: "2025-02-02", end_date: "2999-01-01" }, "end_date"],
  [{ start_date: "yesterday", end_date: "2025-02-01" }, "start_date"],
  [{ end_date: "2025-02-01" }, "start_date"],
])("%j is refused for its %s", async (body, field) => {
  const answer = await create(body);
  expect([answer.status, Object.keys(answer.json["details"] as object)]).toEqual([400, [field]]);
});
