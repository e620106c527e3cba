/** Our fee in basis points of what is captured. A refund does not give it back. */
const feeBasisPoints = 110;

/**
 * The tail of a statement that books a capture: the acquirer owes us the amount; we owe the merchant the
 * amount less our fee. `source` is a CTE of at most one row with `id`, `merchant_id`, `is_live`,
 * `amount_cents`. Amounts start at 99 cents, so the fee is never zero.
 */
export function bookCapture(source: string): string {
  const fee = `(${source}.amount_cents::bigint * ${String(feeBasisPoints)} / 10000)`;
  return `${changeBalance(source, `${source}.amount_cents::bigint - ${fee}`)}, ${book(source, "capture", [
    `('acquirer'::text, ${source}.amount_cents::bigint)`,
    `('merchant:' || ${source}.merchant_id, ${fee} - ${source}.amount_cents::bigint)`,
    `('fees'::text, -${fee})`,
  ])}`;
}

/**
 * As `bookCapture`, for a refund: the merchant gives the amount back, and we owe it to the acquirer. What the
 * merchant is owed went down when the refund was reserved (`holdRefund`), so that does not change here.
 */
export function bookRefund(source: string): string {
  return book(source, "refund", [
    `('merchant:' || ${source}.merchant_id, ${source}.amount_cents::bigint)`,
    `('acquirer'::text, -${source}.amount_cents::bigint)`,
  ]);
}

/**
 * Takes a refund that the acquirer is about to be asked for out of what the merchant is owed. `source` as in
 * `bookCapture`. Fails the whole statement with 23514, constraint merchant_balances_policy, when the merchant
 * would owe us more than the policy allows.
 */
export function holdRefund(source: string): string {
  return changeBalance(source, `-${source}.amount_cents::bigint`);
}

/** Gives back what `holdRefund` took, when the acquirer refused. */
export function letGoRefund(source: string): string {
  return changeBalance(source, `${source}.amount_cents::bigint`);
}

function changeBalance(source: string, cents: string): string {
  return `balance as (
  update merchant_balances set payable_cents = merchant_balances.payable_cents + (${cents})
  from ${source}
  where merchant_balances.merchant_id = ${source}.merchant_id and merchant_balances.is_live = ${source}.is_live
    and merchant_balances.currency = 'EUR'
)`;
}

function book(source: string, kind: "capture" | "refund", entries: readonly string[]): string {
  return `booked as (
  insert into ledger_transactions (kind, reference)
  select '${kind}', ${source}.id from ${source}
  returning id
), entries as (
  insert into ledger_entries (transaction_id, account_id, amount_cents, currency)
  select booked.id, case when ${source}.is_live then 'live:' else 'test:' end || entry.account, entry.amount_cents, 'EUR'
  from booked, ${source}, lateral (values
    ${entries.join(",\n    ")}
  ) as entry (account, amount_cents)
)`;
}
