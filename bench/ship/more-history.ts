import type { ClientBase } from "pg";

/**
 * What else a platform has by the time that a change is shipped, beside the payments that the seed makes: for the
 * structure before the first change. `scale` is in rows of the bigger tables.
 */
export async function addMoreHistory(client: ClientBase, scale: number): Promise<void> {
  for (const { sql, takesScale } of steps) await client.query(sql, takesScale ? [scale] : []);
  await client.query("vacuum analyze");
}

const steps: readonly { sql: string; takesScale: boolean }[] = [
  {
    // Merchants who sell nothing at the moment. Every other one of them can log in, and each of those who sell.
    takesScale: true,
    sql: `insert into merchants (id, name, iban, login_email, password_hash, created_at)
select 'acc_1' || lpad(n::text, 5, '0'), 'Quiet shop No. ' || n, 'FR76300060000' || lpad(n::text, 14, '0'),
  case when n % 2 = 0 then 'owner@quiet-' || n || '.example' end,
  case when n % 2 = 0 then first.password_hash end, now() - interval '1 year' + n * interval '1 minute'
from generate_series(1, least(10000, $1::integer / 10)) as n, merchants as first
where first.id = 'acc_000001'`,
  },
  {
    takesScale: false,
    sql: `update merchants set login_email = 'owner@shop-' || ltrim(right(id, 5), '0') || '.example',
  password_hash = first.password_hash
from (select password_hash from merchants where id = 'acc_000001') as first
where starts_with(merchants.id, 'acc_0') and merchants.login_email is null`,
  },
  {
    takesScale: true,
    sql: `insert into customers (id, merchant_id, is_live, first_name, last_name, email, company_name, language, created_at)
select 'cus_0' || n, 'acc_' || lpad((1 + n % 20)::text, 6, '0'), false, 'Client', 'No. ' || n,
  'client' || n || '@example.net',
  case when n % 20 = 0 then repeat('Long company name ', 12) when n % 5 = 0 then 'Company ' || n end,
  case n % 3 when 0 then 'it' when 1 then 'fr' else 'en' end, now() - n * interval '1 minute'
from generate_series(1, $1::integer / 2) as n`,
  },
  {
    takesScale: false,
    sql: `insert into customer_addresses (customer_id, address1, address2, postcode, city, state, country)
select id, substr(id, 6) || ' rue de la Paix', case when right(id, 1) = '3' then '' end, '75002', 'Paris', null, 'FR'
from customers where right(id, 1) < '7'`,
  },
  {
    takesScale: false,
    sql: `insert into cards (id, merchant_id, is_live, customer_id, token, fingerprint, brand, last4, expiry, country,
  created_at, deleted_at)
select 'card_0' || number, merchant_id, false, case when number % 10 > 0 then id end,
  case when number % 33 = 0 then '' else 'tok_0' || number end, 'fp_0' || number, 'Visa',
  lpad((number % 10000)::text, 4, '0'), lpad((1 + number % 12)::text, 2, '0') || '/' || 2027 + number % 9, 'FR',
  created_at, case when number % 33 = 0 then created_at + interval '1 second' end
from (select *, substr(id, 6)::integer as number from customers) as customer`,
  },
  {
    // Some were paid with saved cards, of which a few have been erased.
    takesScale: true,
    sql: `update payments set
  card_id = case when number % 200 = 0 then 'card_erased' || number else cards.id end,
  initiator = case when number % 2 = 0 then 'MERCHANT' else 'PAYER' end,
  shipping = case when number % 3 = 0 then jsonb_build_object('first_name', 'Client', 'country', 'FR') end
from (select id, row_number() over (order by id) as number from payments where payment_method = 'card') as numbered
join cards on cards.id = 'card_0' || (1 + number % ($1::integer / 2))
where numbered.id = payments.id and numbered.number % 4 = 0`,
  },
  {
    // What the worker would let go in the middle of a run is not the same before and after.
    takesScale: false,
    sql: `update payments set authorization_expires_at = now() + interval '7 days'
where authorized_at is not null and paid_at is null and failure_code is null`,
  },
  {
    takesScale: true,
    sql: `insert into api_keys (key_hash, merchant_id, is_live, created_at, revoked_at)
select sha256(('key ' || n)::bytea), 'acc_' || lpad((1 + n % 20)::text, 6, '0'), n % 2 = 0, now() - interval '90 days',
  now() - interval '30 days'
from generate_series(1, $1::integer / 5) as n`,
  },
  {
    takesScale: true,
    sql: `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url, state, attempts,
  response_code, failure, created_at, finished_at)
select merchant_id, false, id, id, 'payment.paid', 'https://shop.example.net/ipn',
  case when number % 50 = 0 then 'given_up'::notification_state else 'delivered' end, 1 + (number % 3)::integer,
  case when number % 50 = 0 then 500 else 204 end, case when number % 50 = 0 then 'http 500' end,
  now() - number * interval '30 seconds', now() - number * interval '30 seconds' + interval '1 second'
from (select *, row_number() over (order by id) as number from payments where paid_at is not null) as paid
where number <= least(60000, $1::integer)`,
  },
];
