import { statement } from "../../database/statement.ts";
import { bookRefund, holdRefund, letGoRefund } from "../../ledger/booking.ts";

export interface ReversalRow {
  id: string;
  transaction_id: string;
  poi_id: string;
  sale_id: string;
  service_id: string;
  amount_cents: number;
  state: "pending" | "approved" | "declined";
  code: string | null;
  created_at: Date;
  /** When the transaction that it reverses was made. */
  original_at: Date;
}

const columns = `terminal_reversals.id, terminal_reversals.transaction_id, terminal_reversals.poi_id,
  terminal_reversals.sale_id, terminal_reversals.service_id, terminal_transactions.amount_cents,
  terminal_reversals.state, terminal_reversals.code, terminal_reversals.created_at,
  terminal_transactions.created_at as original_at`;

/** The transaction that is to be reversed. $1 transaction, $2 merchant, $3 mode. */
export const findOriginal = statement(
  "find-original-transaction",
  `select terminal_transactions.id, terminal_transactions.amount_cents, terminal_transactions.state,
  terminal_transactions.reversal_id
from terminal_transactions
where terminal_transactions.id = $1::text and terminal_transactions.merchant_id = $2::text
  and terminal_transactions.is_live = $3::boolean`,
);

/**
 * Reserves transaction $1 for reversal $2, takes it out of what the merchant is owed, and writes down that the
 * acquirer is about to be asked. $3 terminal, $4 sale, $5 service, $6 reason. No row: it can't be reversed, or
 * this message was there before. Fails with 23514 when the merchant would owe too much.
 */
export const beginReversal = statement(
  "begin-terminal-reversal",
  `with reserved as (
  update terminal_transactions set reversal_id = $2::text
  where terminal_transactions.id = $1::text and terminal_transactions.state = 'approved'
    and terminal_transactions.reversal_id is null
    and not exists (
      select from terminal_reversals
      where terminal_reversals.poi_id = $3::text and terminal_reversals.sale_id = $4::text
        and terminal_reversals.service_id = $5::text)
    and not exists (
      select from terminal_transactions as asked
      where asked.poi_id = $3::text and asked.sale_id = $4::text and asked.service_id = $5::text)
  returning terminal_transactions.id, terminal_transactions.merchant_id, terminal_transactions.is_live,
    terminal_transactions.amount_cents
), ${holdRefund("reserved")}, reversal as (
  insert into terminal_reversals (id, transaction_id, poi_id, sale_id, service_id, reason, state)
  select $2::text, reserved.id, $3::text, $4::text, $5::text, $6::text, 'pending' from reserved
  returning terminal_reversals.id
)
insert into acquirer_operations (reference, kind, subject_id, amount_cents, state)
select reversal.id, 'reversal', reserved.id, reserved.amount_cents, 'pending' from reversal, reserved
returning acquirer_operations.reference`,
);

/** The acquirer gave the money of reversal $1 back: booked, once. No row: somebody did it before. */
export const approveReversal = statement(
  "approve-terminal-reversal",
  `with operation as (
  update acquirer_operations set state = 'approved', finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference
), reversal as (
  update terminal_reversals set state = 'approved', finished_at = now()
  from operation
  where terminal_reversals.id = operation.reference and terminal_reversals.state = 'pending'
  returning terminal_reversals.id, terminal_reversals.transaction_id
), reversed as (
  update terminal_transactions set state = 'reversed', reversed_at = now()
  from reversal
  where terminal_transactions.id = reversal.transaction_id and terminal_transactions.reversal_id = reversal.id
  returning reversal.id, terminal_transactions.merchant_id, terminal_transactions.is_live,
    terminal_transactions.amount_cents
), ${bookRefund("reversed")}
select reversed.id from reversed`,
);

/** The acquirer refused reversal $1, with code $2: the transaction stands as before. No row: done before. */
export const declineReversal = statement(
  "decline-terminal-reversal",
  `with operation as (
  update acquirer_operations set state = 'declined', code = $2::text, finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference
), reversal as (
  update terminal_reversals set state = 'declined', code = $2::text, finished_at = now()
  from operation
  where terminal_reversals.id = operation.reference and terminal_reversals.state = 'pending'
  returning terminal_reversals.id, terminal_reversals.transaction_id
), kept as (
  update terminal_transactions set reversal_id = null
  from reversal
  where terminal_transactions.id = reversal.transaction_id and terminal_transactions.reversal_id = reversal.id
  returning reversal.id, terminal_transactions.merchant_id, terminal_transactions.is_live,
    terminal_transactions.amount_cents
), ${letGoRefund("kept")}
select kept.id from kept`,
);

/** $1 terminal, $2 sale, $3 service. */
export const findReversal = statement(
  "find-terminal-reversal",
  `select ${columns}
from terminal_reversals join terminal_transactions on terminal_transactions.id = terminal_reversals.transaction_id
where terminal_reversals.poi_id = $1::text and terminal_reversals.sale_id = $2::text
  and terminal_reversals.service_id = $3::text`,
);
