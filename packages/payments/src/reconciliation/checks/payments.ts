import type { Check } from "../check.ts";

const captured = `operations.payment_id = payments.id and operations.booked_as = payments.id
  and operations.state = 'approved'`;

/** Payments and refunds against the operations that decide them. */
export const paymentChecks: readonly Check[] = [
  {
    kind: "paid-differs",
    action: "The operation's outcome stands: correct the payment, and tell the merchant.",
    sql: `select payments.id as reference,
  'payment: ' || case when payments.paid_at is null then 'not paid' else 'paid' end as here,
  'operation: ' || case when operations.reference is null then 'no capture approved' else 'captured' end as there
from payments left join operations on ${captured}
where (payments.paid_at is null) <> (operations.reference is null)`,
  },
  {
    kind: "paid-amount-differs",
    action: "Correct the payment's amount: what was captured is what the operation says.",
    sql: `select payments.id as reference, 'payment: ' || payments.amount_cents || ' cents' as here,
  'operation: ' || operations.amount_cents || ' cents' as there
from payments join operations on ${captured}
where payments.paid_at is not null and payments.amount_cents <> operations.amount_cents`,
  },
  {
    kind: "refunded-amount-differs",
    action: "Correct the payment's refunded amount: the approved refunds stand.",
    sql: `select payments.id as reference, 'payment: ' || payments.amount_refunded_cents || ' cents' as here,
  'operations: ' || coalesce(given.cents, 0) || ' cents' as there
from payments left join (
  select operations.payment_id, sum(operations.amount_cents) as cents
  from operations
  where operations.kind = 'refund' and operations.state = 'approved'
  group by operations.payment_id
) as given on given.payment_id = payments.id
where payments.amount_refunded_cents <> coalesce(given.cents, 0)`,
  },
  {
    kind: "refund-differs",
    action: "The operation's outcome stands: correct the refund, and tell the merchant.",
    sql: `select refunds.id as reference, 'refund: ' || refunds.state::text || ', ' || refunds.amount_cents || ' cents' as here,
  'operation: ' || coalesce(operations.state || ', ' || operations.amount_cents || ' cents', 'none') as there
from refunds left join operations on operations.reference = refunds.id
where operations.reference is null or refunds.amount_cents <> operations.amount_cents or operations.state <>
  case refunds.state::text when 'succeeded' then 'approved' when 'failed' then 'declined' else 'pending' end`,
  },
  {
    kind: "subject-missing",
    action:
      "Find out what was deleted: an operation always belongs to a payment, refund or terminal transaction.",
    sql: `select operations.reference, 'no ' || operations.kind || ' ' || operations.subject_id as here,
  'operation: ' || operations.state as there
from operations
where operations.merchant_id is null`,
  },
];
