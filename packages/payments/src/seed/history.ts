/**
 * What the platform did before anybody looked: `$1` payments over the last 90 days, each with the operations,
 * refunds and bookings that it must have had. Set-based, one statement per table, for an empty platform.
 */
export const historySteps: readonly { name: string; sql: string; takesCount: boolean }[] = [
  {
    name: "payments",
    takesCount: true,
    // Of 100 payments 88 are paid, 4 of them refunded; 6 failed, 2 were aborted, 4 are still open.
    sql: `insert into payments (id, merchant_id, is_live, amount_cents, amount_refunded_cents, currency, is_paid,
  is_refunded, created_at, paid_at, failure_code, failure_message, attempt_id, description, metadata, billing,
  card_brand, card_last4, card_exp_month, card_exp_year, card_country)
select 'pay_0' || substr(md5('payment ' || n), 1, 21), merchant.id, false, amount,
  case when draw < 4 then amount else 0 end, 'EUR', draw < 88, draw < 4,
  created, case when draw < 88 then created + interval '40 seconds' end,
  case when draw between 88 and 93 then 'card_declined' when draw between 94 and 95 then 'aborted' end,
  case when draw between 88 and 93 then 'The card was declined by its issuer.'
       when draw between 94 and 95 then 'The payment was aborted by the merchant.' end,
  case when draw < 94 then 'att_0' || substr(md5('payment ' || n), 1, 21) end,
  'Order ' || n, jsonb_build_object('order', n),
  jsonb_build_object('first_name', 'Client', 'last_name', 'No. ' || n, 'email', 'client' || n || '@example.net',
    'country', 'FR', 'language', 'fr'),
  case when draw < 94 then 'Visa' end, case when draw < 94 then lpad((n % 10000)::text, 4, '0') end,
  case when draw < 94 then 1 + n % 12 end, case when draw < 94 then 2028 + n % 3 end,
  case when draw < 94 then 'FR' end
from (
  select n, (n::bigint * 7919 % 100)::integer as draw, (99 + n::bigint * 104729 % 25000)::integer as amount,
    now() - interval '90 days' * (1 - (n - 1)::double precision / $1::integer) as created,
    n % (select count(*) from merchants) as place
  from generate_series(1, $1::integer) as n
) as drawn
join (select id, row_number() over (order by id) - 1 as place from merchants) as merchant using (place)`,
  },
  {
    name: "acquirer operations",
    takesCount: false,
    sql: `insert into acquirer_operations (reference, kind, subject_id, amount_cents, state, code, started_at, finished_at)
select attempt_id, 'payment', id, amount_cents, case when is_paid then 'approved' else 'declined' end,
  failure_code, created_at, created_at + interval '40 seconds'
from payments where attempt_id is not null`,
  },
  {
    name: "refunds",
    takesCount: false,
    sql: `with refund as (
  insert into refunds (id, payment_id, amount_cents, state, created_at)
  select 're_' || substr(id, 5), id, amount_refunded_cents, 'succeeded', paid_at + interval '1 day'
  from payments where amount_refunded_cents > 0
  returning id, amount_cents, created_at
)
insert into acquirer_operations (reference, kind, subject_id, amount_cents, state, started_at, finished_at)
select id, 'refund', id, amount_cents, 'approved', created_at, created_at from refund`,
  },
  {
    name: "captures and fees in the ledger",
    takesCount: false,
    sql: `insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency, created_at)
select payments.id, transfer.kind, payments.merchant_id, payments.is_live, transfer.amount_cents, 'EUR', payments.paid_at
from payments, lateral (values
  ('capture', payments.amount_cents::bigint), ('fee', payments.amount_cents::bigint * 110 / 10000)
) as transfer (kind, amount_cents)
where payments.is_paid
order by payments.paid_at`,
  },
  {
    name: "refunds in the ledger",
    takesCount: false,
    sql: `insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency, created_at)
select refunds.id, 'refund', payments.merchant_id, payments.is_live, refunds.amount_cents, 'EUR', refunds.created_at
from refunds join payments on payments.id = refunds.payment_id
order by refunds.created_at`,
  },
  {
    name: "what merchants are owed",
    takesCount: false,
    sql: `update merchant_balances set payable_cents = -owed.cents
from (select account_id, sum(amount_cents) as cents from ledger_entries group by account_id) as owed
where owed.account_id = 'test:merchant:' || merchant_balances.merchant_id and not merchant_balances.is_live`,
  },
];
