import type { ClientBase } from "pg";
import { Journal } from "../acquirer/journal/journal.ts";

/**
 * What only time makes, written as if it had passed: parts of plans that are due, an authorisation and a report that
 * have expired, a key and a notification that are to be forgotten, a capture that is not in the balance yet. For the structure before the first change, with
 * its merchants; later releases get the rows as the changes make them.
 */
export async function addAgedRows(client: ClientBase): Promise<void> {
  for (const sql of rows) await client.query(sql);
}

/**
 * What the acquirer decided when those rows were young. An authorisation that it had never heard of could not be let
 * go: the worker would ask again and again, and an exercise could end in the middle of it.
 */
export async function addAgedDecisions(journalFile: string): Promise<void> {
  const journal = new Journal(journalFile);
  try {
    const approved = {
      state: "approved",
      code: null,
      authorisation: null,
      is3ds: false,
      token: null,
    } as const;
    const authorised = { reference: "att_expired", kind: "authorisation", amountCents: 5_000 } as const;
    await journal.decisions.add({ ...approved, ...authorised }, Date.now() - 8 * 86_400_000);
  } finally {
    journal.close();
  }
}

const rows = [
  // One card that the acquirer still knows by its token, or so we think, and one that was deleted since.
  `insert into cards (id, merchant_id, is_live, token, fingerprint, brand, last4, expiry, deleted_at)
   values ('card_kept', 'acc_000001', false, 'tok_kept', 'fp_kept', 'Visa', '4242', '12/2040', null),
     ('card_deleted', 'acc_000001', false, '', 'fp_deleted', 'Visa', '4242', '12/2040', now())`,
  `insert into installment_plans (id, merchant_id, is_live, parts_count, card_id)
   select 'inst_' || name, 'acc_000001', false, 2, 'card_' || name from (values ('kept'), ('deleted')) as card (name)`,
  `insert into installments (plan_id, number, due_on, amount_cents)
   select installment_plans.id, 2, current_date - 2, 1000 from installment_plans`,
  `insert into payments (id, merchant_id, is_live, amount_cents, currency, attempt_id, auto_capture,
     authorized_amount_cents, authorized_at, authorization_expires_at)
   values ('pay_expired', 'acc_000001', false, 5000, 'EUR', 'att_expired', false, 5000, now() - interval '8 days',
     now() - interval '1 day')`,
  `insert into acquirer_operations (reference, kind, subject_id, amount_cents, state, finished_at)
   values ('att_expired', 'payment', 'pay_expired', 5000, 'approved', now() - interval '8 days')`,
  `insert into accounting_reports (id, merchant_id, is_live, start_date, end_date, state, file_name, available_until)
   values ('ar_expired', 'acc_000001', false, current_date - 20, current_date - 10, 'available', 'expired.csv',
     now() - interval '1 day')`,
  `insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency)
   values ('trm_aged', 'capture', 'acc_000002', false, 1000, 'EUR')`,
  `insert into merchant_credits (merchant_id, is_live, amount_cents, currency)
   values ('acc_000002', false, 1000, 'EUR')`,
  `insert into idempotency_keys (merchant_id, is_live, key, fingerprint, claimed_at)
   values ('acc_000001', false, 'aged', '\\x00', now() - interval '2 days')`,
  `insert into notifications (merchant_id, is_live, subject_id, stream_id, event, url, state, created_at, finished_at)
   values ('acc_000001', false, 'pay_expired', 'pay_expired', 'payment.authorized', 'https://shop.example.net/ipn',
     'delivered', now() - interval '40 days', now() - interval '40 days')`,
];
