/** Our fee in basis points of what is captured. A refund does not give it back. */
const feeBasisPoints = 110;

/**
 * The tail of a statement that books a capture: the acquirer owes us the amount; we owe the merchant the
 * amount less our fee. `source` is a CTE of at most one row with `id`, `merchant_id`, `amount_cents`.
 * Amounts start at 99 cents, so the fee is never zero.
 */
export function bookCapture(source: string): string {
  const fee = `(${source}.amount_cents::bigint * ${String(feeBasisPoints)} / 10000)`;
  return book(source, "capture", [
    `('acquirer'::text, ${source}.amount_cents::bigint)`,
    `('merchant:' || ${source}.merchant_id, ${fee} - ${source}.amount_cents::bigint)`,
    `('fees'::text, -${fee})`,
  ]);
}

/** As `bookCapture`, for a refund: the merchant gives the amount back, and we owe it to the acquirer. */
export function bookRefund(source: string): string {
  return book(source, "refund", [
    `('merchant:' || ${source}.merchant_id, ${source}.amount_cents::bigint)`,
    `('acquirer'::text, -${source}.amount_cents::bigint)`,
  ]);
}

function book(source: string, kind: "capture" | "refund", entries: readonly string[]): string {
  return `booked as (
  insert into ledger_transactions (kind, reference)
  select '${kind}', ${source}.id from ${source}
  returning id
), entries as (
  insert into ledger_entries (transaction_id, account_id, amount_cents, currency)
  select booked.id, entry.account_id, entry.amount_cents, 'EUR'
  from booked, ${source}, lateral (values
    ${entries.join(",\n    ")}
  ) as entry (account_id, amount_cents)
)`;
}
