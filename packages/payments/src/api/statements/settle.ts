import { statement, type Statement } from "../../database/statement.ts";
import { bookCapture } from "../../ledger/booking.ts";
import { enqueueNotification } from "../../notifications/enqueue.ts";
import type { Release } from "../releases/release.ts";
import { settledColumnsFor, settledColumnsOf } from "./payment-row.ts";

/** How long a card holds an amount before we let it go. */
const authorizationDays = 7;

/**
 * The acquirer approved attempt $1; $2 whether the card holder proved who they are. Once: no row means that
 * somebody did it before. Captured at once the payment is paid and booked, otherwise it is authorized.
 * One that saves the card gets an identifier for it ($3), its token ($4) and fingerprint ($5); a card that the
 * merchant has saved before keeps the identifier it had.
 */
function settleAttempt(
  release: Release,
  plan: { name: string; deferred: boolean; savesCard: boolean },
): Statement {
  const outcome = plan.deferred
    ? `authorized_at = now(), authorization_expires_at = now() + interval '${String(authorizationDays)} days'${release.setAuthorized}`
    : `paid_at = now()${release.setPaid}`;
  const event = plan.deferred ? "'payment.authorized'" : "'payment.paid'";
  return statement(
    plan.name,
    `with operation as (
  update acquirer_operations set state = 'approved', finished_at = now()
  from payments
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
    and payments.id = acquirer_operations.subject_id and ${plan.deferred ? "not " : ""}payments.auto_capture
  returning acquirer_operations.reference, acquirer_operations.subject_id
), ${plan.savesCard ? `${saveCard(release)}, ` : ""}settled as (
  update payments set is_3ds = $2::boolean, ${outcome}${plan.savesCard ? ", card_id = (select saved.id from saved)" : ""}
  from operation
  where payments.id = operation.subject_id and payments.attempt_id = operation.reference
    and ${release.isOpen}
  returning ${settledColumnsFor(release)}
), ${plan.deferred ? "" : `${bookCapture("settled")}, `}${enqueueNotification("settled", { event })}
select ${settledColumnsOf("settled", release)}
from settled`,
  );
}

/** A customer who is deleted meanwhile gets no card: whichever comes second, this or the deletion, sees the other. */
const saveCard = ({ cards }: Release): string => `owner as (
  select customers.id
  from operation join payments on payments.id = operation.subject_id
    join customers on customers.id = payments.customer_id
  where customers.deleted_at is null
  for share of customers
), saved as (
  insert into cards (id, merchant_id, is_live, customer_id, token, fingerprint, brand, last4, ${cards.saved.columns}, country)
  select $3::text, payments.merchant_id, payments.is_live, payments.customer_id, $4::text, $5::text,
    payments.card_brand, payments.card_last4,
    ${cards.saved.values}, payments.card_country
  from operation join payments on payments.id = operation.subject_id
  where payments.customer_id is null or exists (select from owner)
  on conflict (${cards.savedOnce}) where deleted_at is null do update
    set token = excluded.token, ${cards.saved.again},
      customer_id = coalesce(cards.customer_id, excluded.customer_id)
  returning cards.id
)`;

export function settlePayment(release: Release): Statement {
  return settleAttempt(release, { name: "settle-payment", deferred: false, savesCard: false });
}

export function settlePaymentSavingCard(release: Release): Statement {
  return settleAttempt(release, { name: "settle-payment-saving-card", deferred: false, savesCard: true });
}

export function authorizePayment(release: Release): Statement {
  return settleAttempt(release, { name: "authorize-payment", deferred: true, savesCard: false });
}

export function authorizePaymentSavingCard(release: Release): Statement {
  return settleAttempt(release, { name: "authorize-payment-saving-card", deferred: true, savesCard: true });
}
