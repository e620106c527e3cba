import { statement, type Statement } from "../../database/statement.ts";
import { enqueueNotification } from "../../notifications/enqueue.ts";
import type { Release } from "../releases/release.ts";
import { insertContacts, insertOpenPayment } from "./create.ts";
import { abortPartsOf } from "./end-plan.ts";

// What the worker does with installment plans, one part at a time: two workers then never wait for each other's
// rows in different orders.

/** A part that is due and not started yet. */
export interface DuePart {
  plan_id: string;
  number: number;
  merchant_id: string;
  is_live: boolean;
  amount_cents: number;
  card_id: string;
  metadata: Record<string, unknown> | null;
  billing: Record<string, unknown> | null;
  shipping: Record<string, unknown> | null;
  notification_url: string | null;
}

/** $1 how many. A part is due from the beginning of its day in UTC. */
export const listDueParts = statement(
  "list-due-parts",
  `select installments.plan_id, installments.number, installment_plans.merchant_id, installment_plans.is_live,
  installments.amount_cents, installment_plans.card_id, installment_plans.metadata, installment_plans.billing,
  installment_plans.shipping, installment_plans.notification_url
from installments join installment_plans on installment_plans.id = installments.plan_id
where installments.state = 'waiting' and installments.payment_id is null
  and installments.due_on <= (now() at time zone 'utc')::date
  and installment_plans.is_active and installment_plans.card_id is not null
order by installments.due_on, installments.plan_id, installments.number
limit $1::integer`,
);

/**
 * The payment of part $22 of plan $21 ($1 to $20 as `insertOpenPayment`), tied to the part before any card is
 * charged. No row: somebody else has started it, or the plan has ended.
 */
export function startPart(release: Release): Statement {
  return statement(
    "start-part",
    `with plan as (
  select installment_plans.id from installment_plans
  where installment_plans.id = $21::text and installment_plans.is_active
  for update of installment_plans
), part as (
  update installments set payment_id = $1::text
  from plan
  where installments.plan_id = plan.id and installments.number = $22::smallint and installments.state = 'waiting'
    and installments.payment_id is null
  returning installments.plan_id
)${insertContacts(release, { source: "part", lead: ", " })}
${insertOpenPayment(release, "part")}`,
  );
}

/** A part whose payment was made and never charged: whoever made it has been killed since. */
export interface ForsakenPart {
  payment_id: string;
  card_id: string;
}

/** $1 how many, $2 for how many seconds nothing has happened. */
export function listForsakenParts(release: Release): Statement {
  return statement(
    "list-forsaken-parts",
    `select installments.payment_id, installment_plans.card_id
from installments join installment_plans on installment_plans.id = installments.plan_id
  join payments on payments.id = installments.payment_id
where installments.state = 'waiting' and installments.number > 1 and installment_plans.is_active
  and installment_plans.card_id is not null and payments.attempt_id is null and ${release.isOpen}
  and payments.created_at < now() - make_interval(secs => $2::double precision)
order by payments.created_at
limit $1::integer`,
  );
}

/** Payment $1 of a part can't be charged at all, because of $2, message $3. No row: it was, or has ended. */
export function failPart(release: Release): Statement {
  return statement(
    "fail-part",
    `with failed as (
  update payments set failure_code = $2::text, failure_message = $3::text${release.setFailed}
  where payments.id = $1::text and payments.attempt_id is null and ${release.isOpen}
  returning payments.id, payments.merchant_id, payments.is_live, payments.notification_url
), ${enqueueNotification("failed", { event: "'payment.failed'" })}
select failed.id from failed`,
  );
}

/**
 * Tells the plan what became of one part's payment: the part is paid, or the plan has failed and ends. Paid
 * parts are counted in the plan's row, so that it does not matter how many are settled at once. A payment of a later
 * part that the acquirer never decided (`timeout`: it has been asked and will not any more) is no fault of
 * the card's, so the part is tried again with a new one, up to $1 times. No row: there is nothing to tell.
 */
export const settlePart = statement(
  "settle-part",
  `with ready as (
  select installments.plan_id, installments.number, payments.paid_at is not null as paid, payments.card_id,
    payments.failure_code, payments.failure_message,
    installments.number > 1 and payments.failure_code is not distinct from 'timeout'
      and cardinality(installments.earlier_payment_ids) < $1::integer as again
  from installments join payments on payments.id = installments.payment_id
  where installments.state = 'waiting' and (payments.paid_at is not null or payments.failure_code is not null)
  limit 1
  for update of installments skip locked
), part as (
  update installments set
    state = case when ready.paid then 'paid' when ready.again then 'waiting'
      when ready.failure_code = 'aborted' then 'aborted' else 'failed' end,
    payment_id = case when ready.again then null else installments.payment_id end,
    earlier_payment_ids = case when ready.again then installments.earlier_payment_ids || installments.payment_id
      else installments.earlier_payment_ids end
  from ready
  where installments.plan_id = ready.plan_id and installments.number = ready.number and installments.state = 'waiting'
  returning installments.plan_id, ready.paid, ready.again, ready.card_id, ready.failure_code, ready.failure_message
), plan as (
  update installment_plans set parts_paid = installment_plans.parts_paid + part.paid::integer,
    is_fully_paid = installment_plans.parts_paid + part.paid::integer = installment_plans.parts_count,
    is_active = installment_plans.is_active and part.paid
      and installment_plans.parts_paid + 1 < installment_plans.parts_count,
    card_id = coalesce(installment_plans.card_id, part.card_id),
    failure_code = case when part.paid then installment_plans.failure_code
      else coalesce(installment_plans.failure_code, part.failure_code) end,
    failure_message = case when part.paid then installment_plans.failure_message
      else coalesce(installment_plans.failure_message, part.failure_message) end
  from part
  where installment_plans.id = part.plan_id and not part.again
  returning installment_plans.id, installment_plans.merchant_id, installment_plans.is_live,
    installment_plans.notification_url, installment_plans.is_active
), others as (
  update installments set state = 'aborted'
  from plan
  where not plan.is_active and installments.plan_id = plan.id and installments.state = 'waiting'
    and installments.payment_id is null
), ${enqueueNotification("plan", { event: "'installment_plan.updated'" })}
select part.plan_id from part`,
);

/**
 * Ends one plan of which a later part is due while no card has been saved for it: its first part was not paid in
 * time. $1 message. No row: there is none.
 */
export const endForsakenPlan = statement(
  "end-forsaken-plan",
  `with forsaken as (
  select installment_plans.id
  from installments join installment_plans on installment_plans.id = installments.plan_id
  where installments.state = 'waiting' and installments.payment_id is null
    and installments.due_on <= (now() at time zone 'utc')::date
    and installment_plans.is_active and installment_plans.card_id is null
    and not exists (
      select from installments as first join payments on payments.id = first.payment_id
      where first.plan_id = installment_plans.id and first.number = 1 and first.state = 'waiting'
        and (payments.paid_at is not null or payments.attempt_id is not null)
    )
  limit 1
  for update of installment_plans skip locked
), plan as (
  update installment_plans set is_active = false, failure_code = 'timeout', failure_message = $1::text
  from forsaken
  where installment_plans.id = forsaken.id and installment_plans.is_active
  returning installment_plans.id, installment_plans.merchant_id, installment_plans.is_live,
    installment_plans.notification_url
), ${abortPartsOf("plan")}`,
);

/** Plans that have ended with a payment that still could be paid: whoever ended one has been killed. $1 how many. */
export function listEndedPlansWithOpenPayments(release: Release): Statement {
  return statement(
    "list-ended-plans-with-open-payments",
    `select distinct installments.plan_id as id
from installments join installment_plans on installment_plans.id = installments.plan_id
  join payments on payments.id = installments.payment_id
where installments.state = 'waiting' and not installment_plans.is_active and payments.attempt_id is null
  and ${release.isOpen}
limit $1::integer`,
  );
}
