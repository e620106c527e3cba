/** Our fee in basis points of what is captured. A refund does not give it back. */
const feeBasisPoints = 110;

/**
 * The tail of a statement that books a capture: the acquirer owes us the amount; we owe the merchant the
 * amount less our fee. `source` is a CTE of at most one row with `id`, `merchant_id`, `is_live`,
 * `amount_cents`. Amounts start at 99 cents, so the fee is never zero.
 */
export function bookCapture(source: string): string {
  const fee = `(${source}.amount_cents::bigint * ${String(feeBasisPoints)} / 10000)`;
  const merchant = `'merchant:' || ${source}.merchant_id`;
  return `${changeBalance(source, `${source}.amount_cents::bigint - ${fee}`)}, ${book(source, [
    `('capture', 'acquirer', ${merchant}, ${source}.amount_cents::bigint)`,
    `('fee', ${merchant}, 'fees', ${fee})`,
  ])}`;
}

/**
 * As `bookCapture`, for a refund: the merchant gives the amount back, and we owe it to the acquirer. What the
 * merchant is owed went down when the refund was reserved (`holdRefund`), so that does not change here.
 */
export function bookRefund(source: string): string {
  return book(source, [
    `('refund', 'merchant:' || ${source}.merchant_id, 'acquirer', ${source}.amount_cents::bigint)`,
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

/** `transfers` are SQL rows of kind, account to debit, account to credit (both without their mode), cents. */
function book(source: string, transfers: readonly string[]): string {
  const mode = `case when ${source}.is_live then 'live:' else 'test:' end`;
  return `booked as (
  insert into ledger_transfers (reference, kind, debit_account, credit_account, amount_cents, currency)
  select ${source}.id, transfer.kind, ${mode} || transfer.debit, ${mode} || transfer.credit, transfer.amount_cents, 'EUR'
  from ${source}, lateral (values
    ${transfers.join(",\n    ")}
  ) as transfer (kind, debit, credit, amount_cents)
)`;
}
