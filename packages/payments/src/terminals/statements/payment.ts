import { statement } from "../../database/statement.ts";
import { bookCapture } from "../../ledger/booking.ts";

export interface TransactionRow {
  id: string;
  poi_id: string;
  sale_id: string;
  service_id: string;
  sale_transaction_id: string;
  amount_cents: number;
  /** aborted: it never reached the acquirer, and can't any more. */
  state: "pending" | "approved" | "declined" | "aborted" | "reversed";
  code: string | null;
  card_brand: string;
  card_last4: string;
  created_at: Date;
}

const names = [
  "id",
  "poi_id",
  "sale_id",
  "service_id",
  "sale_transaction_id",
  "amount_cents",
  "state",
  "code",
  "card_brand",
  "card_last4",
  "created_at",
];
const columnsOf = (table: string): string => names.map((name) => `${table}.${name}`).join(", ");
const columns = columnsOf("terminal_transactions");

/**
 * Writes down that the acquirer is about to be asked. $1 transaction, $2 terminal, $3 sale, $4 service,
 * $5 sale transaction, $6 cents, $7 brand, $8 last digits. No row: this message was there before.
 */
export const beginTransaction = statement(
  "begin-terminal-transaction",
  `with transaction as (
  insert into terminal_transactions (id, poi_id, merchant_id, sale_id, service_id, sale_transaction_id,
    amount_cents, currency, state, card_brand, card_last4, is_live)
  select $1::text, terminals.poi_id, terminals.merchant_id, $3::text, $4::text, $5::text, $6::integer, 'EUR', 'pending',
    $7::text, $8::text, terminals.is_live
  from terminals
  where terminals.poi_id = $2::text and not exists (
    select from terminal_reversals
    where terminal_reversals.poi_id = $2::text and terminal_reversals.sale_id = $3::text
      and terminal_reversals.service_id = $4::text)
  on conflict (poi_id, sale_id, service_id) do nothing
  returning terminal_transactions.id, terminal_transactions.amount_cents
)
insert into acquirer_operations (reference, kind, subject_id, amount_cents, state)
select transaction.id, 'terminal', transaction.id, transaction.amount_cents, 'pending' from transaction
returning acquirer_operations.reference`,
);

/** The acquirer approved transaction $1: booked, once. No row: somebody did it before. */
export const approveTransaction = statement(
  "approve-terminal-transaction",
  `with operation as (
  update acquirer_operations set state = 'approved', finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference
), approved as (
  update terminal_transactions set state = 'approved', finished_at = now()
  from operation
  where terminal_transactions.id = operation.reference and terminal_transactions.state = 'pending'
  returning terminal_transactions.merchant_id, terminal_transactions.is_live, ${columns}
), ${bookCapture("approved")}
select ${columnsOf("approved")}
from approved`,
);

/** Transaction $1 was declined, with code $2, or never reached the acquirer ($3). No row: done before. */
export const declineTransaction = statement(
  "decline-terminal-transaction",
  `with operation as (
  update acquirer_operations set state = 'declined', code = $2::text, finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference
)
update terminal_transactions set state = case when $3::boolean then 'aborted' else 'declined' end, code = $2::text,
  finished_at = now()
from operation
where terminal_transactions.id = operation.reference and terminal_transactions.state = 'pending'
returning ${columns}`,
);

/** $1 terminal, $2 sale, $3 service. */
export const findTransaction = statement(
  "find-terminal-transaction",
  `select ${columns}
from terminal_transactions
where terminal_transactions.poi_id = $1::text and terminal_transactions.sale_id = $2::text
  and terminal_transactions.service_id = $3::text`,
);
