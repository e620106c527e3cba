/**
 * What the platform did before anybody looked: `$1` payments over the last 90 days, each with the operations,
 * refunds and bookings that it must have had. Set-based, one statement per table, for an empty platform.
 */
export const historySteps: readonly { name: string; sql: string; takesCount: boolean }[] = [
  {
    name: "payments",
    takesCount: true,
    // Of 100 payments 80 are paid at once (4 refunded, 2 in part) and 8 captured later (2 in part); 6 are declined,
    // 1 is aborted while it is open and 1 while it is authorized; 1 is authorized and, after 7 days, expired; 3 are open.
    sql: `insert into payments (id, merchant_id, is_live, amount_cents, amount_refunded_cents, currency, is_paid,
  is_refunded, created_at, paid_at, failure_code, failure_message, attempt_id, auto_capture, authorized_amount_cents,
  authorized_at, authorization_expires_at, closing_id, description, metadata, billing, is_3ds, payment_method,
  card_brand, card_last4, card_exp_month, card_exp_year, card_country)
select 'pay_0' || name, merchant.id, false,
  case when fate = 'captured in part' then greatest(99, amount / 2) else amount end,
  case fate when 'refunded' then amount when 'refunded in part' then amount / 3 else 0 end,
  'EUR', is_paid, fate = 'refunded', created,
  case when is_paid then case when is_deferred then created + least(interval '2 days', age / 2) else tried end end,
  case fate when 'declined' then 'card_declined' when 'expired' then 'timeout' when 'aborted' then 'aborted'
    when 'released' then 'aborted' end,
  case fate when 'declined' then 'The card was declined by its issuer.'
    when 'expired' then 'The payment was not finished in time.'
    when 'aborted' then 'The payment was aborted by the merchant.'
    when 'released' then 'The payment was aborted by the merchant.' end,
  case when has_card then 'att_0' || name end,
  not is_deferred, case when is_deferred then amount end,
  case when is_deferred then tried end, case when is_deferred then tried + interval '7 days' end,
  case when fate in ('captured', 'captured in part') then 'cap_0' || name
    when fate in ('released', 'expired') then 'rel_0' || name end,
  'Order ' || n, jsonb_build_object('order', n),
  jsonb_build_object('first_name', 'Client', 'last_name', 'No. ' || n, 'email', 'client' || n || '@example.net',
    'country', 'FR', 'language', 'fr'),
  case when has_card then false end, case when has_card then 'card' end,
  case when has_card then 'Visa' end, case when has_card then lpad((n % 10000)::text, 4, '0') end,
  case when has_card then 1 + n % 12 end, case when has_card then 2028 + n % 3 end,
  case when has_card then 'FR' end
from (
  select decided.n, decided.amount, decided.created, decided.place, decided.fate, now() - decided.created as age,
    decided.created + least(interval '40 seconds', (now() - decided.created) / 2) as tried,
    substr(md5('payment ' || decided.n), 1, 21) as name,
    decided.fate in ('paid', 'refunded', 'refunded in part', 'captured', 'captured in part') as is_paid,
    decided.fate in ('captured', 'captured in part', 'released', 'expired', 'authorized') as is_deferred,
    decided.fate not in ('open', 'aborted') as has_card
  from (
    select drawn.n, drawn.amount, drawn.created, drawn.place,
      case when draw < 4 then 'refunded' when draw < 6 then 'refunded in part' when draw < 80 then 'paid'
        when draw < 86 then 'captured' when draw < 88 then 'captured in part' when draw < 94 then 'declined'
        when draw < 95 then 'aborted' when draw < 96 then 'released'
        when draw < 97 then case when created < now() - interval '8 days' then 'expired' else 'authorized' end
        else 'open' end as fate
    from (
      select n, (n::bigint * 7919 % 100)::integer as draw, (99 + n::bigint * 104729 % 25000)::integer as amount,
        now() - interval '90 days' * (1 - (n - 1)::double precision / $1::integer) as created,
        n % (select count(*) from merchants) as place
      from generate_series(1, $1::integer) as n
    ) as drawn
  ) as decided
) as payment
join (select id, row_number() over (order by id) - 1 as place from merchants) as merchant using (place)`,
  },
  {
    name: "acquirer operations",
    takesCount: false,
    sql: `insert into acquirer_operations (reference, kind, subject_id, amount_cents, state, code, started_at, finished_at)
select attempt_id, 'payment', id, coalesce(authorized_amount_cents, amount_cents),
  case when failure_code = 'card_declined' then 'declined' else 'approved' end,
  case when failure_code = 'card_declined' then failure_code end,
  created_at, coalesce(authorized_at, paid_at, created_at)
from payments where attempt_id is not null
union all
select closing_id, case when paid_at is null then 'release' else 'capture' end, id,
  case when paid_at is null then authorized_amount_cents else amount_cents end, 'approved', null, closed.at, closed.at
from payments, lateral (select case when failure_code = 'timeout' then authorization_expires_at
  else coalesce(paid_at, authorized_at) end as at) as closed
where closing_id is not null`,
  },
  {
    name: "refunds",
    takesCount: false,
    sql: `with refund as (
  insert into refunds (id, payment_id, amount_cents, state, created_at)
  select 're_' || substr(id, 5), id, amount_refunded_cents, 'succeeded',
    paid_at + least(interval '1 day', (now() - paid_at) / 2)
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
