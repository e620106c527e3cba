import { statement, type Statement } from "../../database/statement.ts";
import { enqueueNotification } from "../../notifications/enqueue.ts";
import type { FailureCode } from "../../payments/status.ts";
import type { Release } from "../releases/release.ts";
import { insertContacts, insertOpenPayment } from "./create.ts";
import { abortPartsOf } from "./end-plan.ts";
import { onlyOnce } from "./only-once.ts";

/** An installment plan as every statement that reads one returns it. */
export interface PlanRow {
  id: string;
  is_live: boolean;
  currency: "EUR";
  is_active: boolean;
  is_fully_paid: boolean;
  failure_code: FailureCode | null;
  failure_message: string | null;
  metadata: Record<string, unknown> | null;
  billing: Record<string, unknown> | null;
  shipping: Record<string, unknown> | null;
  hosted_payment: Record<string, unknown> | null;
  notification_url: string | null;
  created_at: number;
  /** In the order in which they are due; `date` is YYYY-MM-DD. */
  schedule: { date: string; amount: number; payment_ids: string[] }[];
}

const columns = `installment_plans.id, installment_plans.is_live, installment_plans.currency,
  installment_plans.is_active, installment_plans.is_fully_paid, installment_plans.failure_code,
  installment_plans.failure_message, installment_plans.metadata, installment_plans.billing,
  installment_plans.shipping, installment_plans.hosted_payment, installment_plans.notification_url,
  floor(extract(epoch from installment_plans.created_at))::double precision as created_at, (
    select jsonb_agg(jsonb_build_object('date', installments.due_on, 'amount', installments.amount_cents,
      'payment_ids', array_remove(installments.earlier_payment_ids || installments.payment_id, null)) order by installments.number)
    from installments where installments.plan_id = installment_plans.id
  ) as schedule`;

/**
 * The plan, its parts and the payment of the first one. $1 to $20 are that payment's (`insertOpenPayment`), $21 to
 * $23 the Idempotency-Key, $24 the plan, $25 metadata, $26 the parts as JSON (number, due_on, amount_cents).
 */
export function insertPlan(release: Release): Statement {
  return statement(
    "insert-plan",
    `with ${onlyOnce({ merchant: 2, key: 21 })}, plan as (
  insert into installment_plans (id, merchant_id, is_live, currency, parts_count, metadata, billing, shipping,
    hosted_payment, notification_url, created_at)
  select $24::text, fresh.merchant_id, fresh.is_live, $5::text, jsonb_array_length($26::jsonb), $25::jsonb, $9::jsonb,
    $10::jsonb, $11::jsonb, $12::text, to_timestamp($6::double precision)
  from fresh
  returning installment_plans.id
), payment as (
  ${insertOpenPayment(release, "fresh")}
)${insertContacts(release, { source: "fresh", lead: ", " })}, parts as (
  insert into installments (plan_id, number, due_on, amount_cents, payment_id)
  select plan.id, part.number, part.due_on, part.amount_cents, case when part.number = 1 then $1::text end
  from plan, jsonb_to_recordset($26::jsonb) as part (number smallint, due_on date, amount_cents integer)
)
select plan.id from plan`,
  );
}

/** $1 plan, $2 merchant, $3 mode. */
export const getPlan = statement(
  "get-plan",
  `select ${columns}
from installment_plans
where installment_plans.id = $1::text and installment_plans.merchant_id = $2::text
  and installment_plans.is_live = $3::boolean`,
);

/** Latest first. $1 merchant, $2 mode, $3 how many, $4 how many to pass over. */
export const listPlans = statement(
  "list-plans",
  `select ${columns}
from installment_plans
where installment_plans.merchant_id = $1::text and installment_plans.is_live = $2::boolean
order by installment_plans.created_at desc, installment_plans.id desc
limit $3::integer offset $4::integer`,
);

/** $1 plan, $2 merchant, $3 mode, $4 message. Nothing more of it will be charged. No row: it has ended already. */
export const abortPlan = statement(
  "abort-plan",
  `with plan as (
  update installment_plans set is_active = false, failure_code = 'aborted', failure_message = $4::text
  where installment_plans.id = $1::text and installment_plans.merchant_id = $2::text
    and installment_plans.is_live = $3::boolean and installment_plans.is_active
  returning installment_plans.id, installment_plans.merchant_id, installment_plans.is_live,
    installment_plans.notification_url
), ${abortPartsOf("plan")}`,
);

/**
 * Aborts the payments of plan $1, which has ended, that no card has been tried for; $2 message. A statement of its
 * own, after the one that ended the plan: only so does it see a part that was being started meanwhile.
 */
export function abortPlanPayments(release: Release): Statement {
  return statement(
    "abort-plan-payments",
    `with aborted as (
  update payments set failure_code = 'aborted', failure_message = $2::text${release.setAborted}
  from installments join installment_plans on installment_plans.id = installments.plan_id
  where installments.plan_id = $1::text and installments.state = 'waiting' and not installment_plans.is_active
    and payments.id = installments.payment_id and payments.attempt_id is null and ${release.isOpen}
  returning payments.id, payments.merchant_id, payments.is_live, payments.notification_url
), ${enqueueNotification("aborted", { event: "'payment.failed'" })}
select aborted.id from aborted`,
  );
}
