import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { applyMigrations } from "../database/apply-migrations.ts";
import { ibanKeyOptions } from "../database/iban-key.ts";
import { addMerchants } from "../seed/access.ts";
import { applyChanges, changes } from "./changes.ts";
import { addTestingData } from "./testing-data.ts";

let shadow: Shadow;
let sql: Client;
beforeAll(async () => {
  shadow = await openShadow();
  sql = new Client({
    ...shadow.connection(await shadow.createDatabase()),
    ...ibanKeyOptions("a-key-of-this-test-and-of-nothing-else"),
  });
  await sql.connect();
  await applyMigrations(sql);
  await addMerchants(sql);
  await addTestingData(sql);
});
afterAll(async () => {
  await sql.end();
  await shadow.close();
});

/**
 * For each change: what is read before it and, after it, has to be the same from where it is now; each query
 * returns one column of text, and not the same one value throughout (rows that all look alike prove nothing).
 */
const carried: Record<string, { before: string; after: string }> = {
  "01-paid-refunded-to-status": {
    before: `select id || case when is_refunded then 'refunded' when is_paid then 'paid' when failure_code = 'aborted' then 'aborted'
      when failure_code is not null then 'failed' when authorized_at is not null then 'authorized' else 'created' end as text from payments`,
    after: "select id || status as text from payments",
  },
  "02-refunds-initiated-by": {
    before: "select id || 'merchant' as text from refunds",
    after: "select id || initiated_by as text from refunds",
  },
  "03-language-without-default": same("select id || language as text from customers"),
  "04-refund-amounts-to-bigint": same("select id || amount_cents as text from refunds"),
  "05-refund-pending-renamed": {
    before: "select id || amount_refunding_cents as text from payments",
    after: "select id || amount_refund_pending_cents as text from payments",
  },
  "06-notification-states-renamed": {
    before: `select id || case state when 'waiting' then 'pending' when 'given_up' then 'failed' else state::text end as text
      from notifications`,
    after: "select id || state::text as text from notifications",
  },
  "07-notifications-muted": same("select id || state::text as text from notifications"),
  "08-refund-state-to-enum": same("select id || state::text as text from refunds"),
  "09-iban-encrypted": {
    before: "select id || coalesce(iban, 'none') as text from merchants",
    after: `select id || coalesce(pgp_sym_decrypt(iban_encrypted, current_setting('payments.iban_key')), 'none') as text
      from merchants`,
  },
  "10-card-expiry-split": {
    before: "select id || expiry as text from cards",
    after: "select id || to_char(make_date(exp_year, exp_month, 1), 'MM/YYYY') as text from cards",
  },
  "11-addresses-into-customers": {
    before: `select customers.id || coalesce(address1 || postcode || city || country, 'none') as text
      from customers left join customer_addresses on customer_id = customers.id`,
    after: "select id || coalesce(address1 || postcode || city || country, 'none') as text from customers",
  },
  "12-merchant-users": {
    before:
      "select id || login_email || password_hash::text || created_at as text from merchants where login_email is not null",
    after:
      "select merchant_id || login_email || password_hash::text || created_at as text from merchant_users",
  },
  "13-refunds-count": {
    before: `select payments.id || count(refunds.id) as text from payments
      left join refunds on payment_id = payments.id and state = 'succeeded' group by payments.id`,
    after: "select id || refunds_count as text from payments",
  },
  "14-initiator-not-null": {
    before: "select id || coalesce(initiator, 'PAYER') as text from payments",
    after: "select id || initiator as text from payments",
  },
  "15-cards-saved-once-per-customer": same("select id || fingerprint as text from cards"),
  "16-api-keys-id": same("select merchant_id || key_hash::text as text from api_keys"),
  "17-payment-contacts": {
    before:
      "select id || coalesce(billing::text, '-') || coalesce(shipping::text, '-') as text from payments",
    after: `select id || coalesce(billing::text, '-') || coalesce(shipping::text, '-') as text
      from payments left join payment_contacts on payment_id = id`,
  },
  "18-company-name-narrowed": {
    before: "select id || left(company_name, 100) as text from customers",
    after: "select id || company_name as text from customers",
  },
  "19-payments-card-foreign-key": {
    before: "select id || coalesce(nullif(card_id, 'card_erased'), 'none') as text from payments",
    after: "select id || coalesce(card_id, 'none') as text from payments",
  },
  "20-notifications-by-month": same(
    "select id || subject_id || state::text || created_at || coalesce(finished_at::text, '-') as text from notifications",
  ),
};

function same(query: string): { before: string; after: string } {
  return { before: query, after: query };
}

async function read(query: string): Promise<string[]> {
  const { rows } = await sql.query<{ text: string }>(query);
  return rows.map(({ text }) => text).toSorted();
}

test("every change is tried here, and there are twenty", () => {
  expect(changes.map(({ name }) => name)).toEqual(Object.keys(carried));
  expect(changes.at(-1)).toMatchObject({ number: 20, from: "2.21.0", to: "2.22.0" });
});

test.each(changes.map((change) => [change.name, change] as const))(
  "%s keeps every row",
  async (name, change) => {
    const { before = "", after = "" } = carried[name] ?? {};
    const rowsBefore = await read(before);
    expect(rowsBefore.length).toBeGreaterThan(9);
    await applyChanges(sql, [change]);
    expect(await read(after)).toEqual(rowsBefore);
  },
);

test("a notification is in the table of its month, and ids go on where they were", async () => {
  const { rows } = await sql.query<{ month: string; astray: string }>(
    `select count(distinct tableoid) as months,
       count(*) filter (where tableoid::regclass::text <> 'notifications_' || to_char(created_at at time zone 'UTC', 'YYYY_MM')) as astray
     from notifications`,
  );
  expect(rows).toEqual([{ months: expect.stringMatching(/^[3-5]$/), astray: "0" }]);
  const { rows: added } = await sql.query<{ next: boolean }>(
    `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url)
     values ('acc_000001', false, 'pay_x', 'pay_x', 'payment.paid', 'https://shop.example.net/ipn')
     returning id = 1 + (select max(id) from notifications) as next`,
  );
  expect(added).toEqual([{ next: true }]);
});
