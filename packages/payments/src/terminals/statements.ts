import { statement } from "../database/statement.ts";
import { bookCapture } from "../ledger/booking.ts";
import { listPending } from "../recovery/statements.ts";

export interface TerminalRow {
  poi_id: string;
  merchant_id: string;
  logged_in: boolean;
}

export interface TransactionRow {
  id: string;
  amount_cents: number;
  state: "pending" | "approved" | "declined" | "aborted" | "reversed";
  code: string | null;
  card_brand: string;
  card_last4: string;
  sale_transaction_id: string;
  created_at: Date;
}

const transactionColumns = `terminal_transactions.id, terminal_transactions.amount_cents, terminal_transactions.state,
  terminal_transactions.code, terminal_transactions.card_brand, terminal_transactions.card_last4,
  terminal_transactions.sale_transaction_id, terminal_transactions.created_at`;

/** Everything that the terminal service sends to the database. */
export const terminalStatements = {
  /** $1 SHA-256 of the terminal's token. */
  findTerminal: statement(
    "find-terminal",
    `select terminals.poi_id, terminals.merchant_id, terminals.logged_in_at is not null as logged_in
from terminals
where terminals.token_hash = $1::bytea`,
  ),
  /** $1 terminal, $2 the cash register it belongs to from now on. */
  logIn: statement(
    "log-in-terminal",
    `update terminals set logged_in_at = now(), sale_id = $2::text
where terminals.poi_id = $1::text
returning terminals.poi_id`,
  ),
  /**
   * Writes down that the acquirer is about to be asked. $1 transaction, $2 terminal, $3 merchant, $4 sale,
   * $5 service, $6 sale transaction, $7 cents, $8 brand, $9 last digits. No row: it was asked before.
   */
  begin: statement(
    "begin-terminal-transaction",
    `with transaction as (
  insert into terminal_transactions (id, poi_id, merchant_id, sale_id, service_id, sale_transaction_id,
    amount_cents, currency, state, card_brand, card_last4, is_live)
  select $1::text, terminals.poi_id, $3::text, $4::text, $5::text, $6::text, $7::integer, 'EUR', 'pending', $8::text, $9::text,
    terminals.is_live
  from terminals where terminals.poi_id = $2::text
  on conflict (poi_id, sale_id, service_id) do nothing
  returning terminal_transactions.id, terminal_transactions.amount_cents
)
insert into acquirer_operations (reference, kind, subject_id, amount_cents, state)
select transaction.id, 'terminal', transaction.id, transaction.amount_cents, 'pending' from transaction
returning acquirer_operations.reference`,
  ),
  /** The acquirer approved transaction $1: booked, once. No row: somebody did it before. */
  approve: statement(
    "approve-terminal-transaction",
    `with operation as (
  update acquirer_operations set state = 'approved', finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference
), approved as (
  update terminal_transactions set state = 'approved', finished_at = now()
  from operation
  where terminal_transactions.id = operation.reference and terminal_transactions.state = 'pending'
  returning terminal_transactions.merchant_id, terminal_transactions.is_live, ${transactionColumns}
), ${bookCapture("approved")}
select ${transactionColumns.replaceAll("terminal_transactions.", "approved.")}
from approved`,
  ),
  /** The acquirer declined transaction $1, with code $2. No row: done before. */
  decline: statement(
    "decline-terminal-transaction",
    `with operation as (
  update acquirer_operations set state = 'declined', code = $2::text, finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference
)
update terminal_transactions set state = 'declined', code = $2::text, finished_at = now()
from operation
where terminal_transactions.id = operation.reference and terminal_transactions.state = 'pending'
returning ${transactionColumns}`,
  ),
  /** $1 terminal, $2 sale, $3 service. */
  find: statement(
    "find-terminal-transaction",
    `select ${transactionColumns}
from terminal_transactions
where terminal_transactions.poi_id = $1::text and terminal_transactions.sale_id = $2::text
  and terminal_transactions.service_id = $3::text`,
  ),
  listPending,
};
