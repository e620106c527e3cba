/** Our fee in basis points of what is captured. A refund does not give it back. */
const feeBasisPoints = 110;

/**
 * The tail of a statement that books a capture: the acquirer owes us the amount; we owe the merchant the
 * amount less our fee. `source` is a CTE of at most one row with `id`, `merchant_id`, `is_live`,
 * `amount_cents`. Amounts start at 99 cents, so the fee is never zero.
 */
export function bookCapture(source: string): string {
  const amount = `${source}.amount_cents::bigint`;
  const fee = `(${amount} * ${String(feeBasisPoints)} / 10000)`;
  return `${credit(source, `${amount} - ${fee}`)}, ${book(source, [
    `('capture', ${amount})`,
    `('fee', ${fee})`,
  ])}`;
}

/**
 * As `bookCapture`, for a refund: the merchant gives the amount back, and we owe it to the acquirer. What the
 * merchant is owed went down when the refund was reserved (`holdRefund`), so that does not change here.
 */
export function bookRefund(source: string): string {
  return book(source, [`('refund', ${source}.amount_cents::bigint)`]);
}

/**
 * Takes a refund that the acquirer is about to be asked for out of what the merchant is owed. `source` as in
 * `bookCapture`. Fails the whole statement with 23514, constraint merchant_balances_policy, when the merchant
 * would owe us more than the policy allows.
 */
export function holdRefund(source: string): string {
  return moveCredits(source, `${source}.amount_cents::bigint`);
}

/** Gives back what `holdRefund` took, when the acquirer refused. */
export function letGoRefund(source: string): string {
  return credit(source, `${source}.amount_cents::bigint`);
}

/**
 * CTEs that move the credits of a merchant into its balance, less `lessCents`. `source` is a CTE of at most one
 * row with `merchant_id` and `is_live`. The balance is locked before any credit is touched, so that whoever comes
 * second waits once, finds what was moved gone, and can't meet the first one crosswise.
 */
export function moveCredits(source: string, lessCents: string): string {
  const ofSource = (table: string): string =>
    `${table}.merchant_id = ${source}.merchant_id and ${table}.is_live = ${source}.is_live and ${table}.currency = 'EUR'`;
  return `locked as (
  select merchant_balances.merchant_id, merchant_balances.is_live
  from merchant_balances join ${source} on ${ofSource("merchant_balances")}
  for update of merchant_balances
), moved as (
  delete from merchant_credits using locked
  where merchant_credits.merchant_id = locked.merchant_id and merchant_credits.is_live = locked.is_live
    and merchant_credits.currency = 'EUR'
  returning merchant_credits.amount_cents
), balance as (
  update merchant_balances set payable_cents = merchant_balances.payable_cents
    + (select coalesce(sum(moved.amount_cents), 0)::bigint from moved) - ${lessCents}
  from ${source}
  where ${ofSource("merchant_balances")}
)`;
}

function credit(source: string, cents: string): string {
  return `credit as (
  insert into merchant_credits (merchant_id, is_live, amount_cents, currency)
  select ${source}.merchant_id, ${source}.is_live, ${cents}, 'EUR' from ${source}
)`;
}

/** `transfers` are SQL rows of kind and cents. */
function book(source: string, transfers: readonly string[]): string {
  return `booked as (
  insert into ledger_transfers (reference, kind, merchant_id, is_live, amount_cents, currency)
  select ${source}.id, transfer.kind, ${source}.merchant_id, ${source}.is_live, transfer.amount_cents, 'EUR'
  from ${source}, lateral (values ${transfers.join(", ")}) as transfer (kind, amount_cents)
)`;
}
