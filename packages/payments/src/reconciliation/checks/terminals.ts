import type { Check } from "../check.ts";

/** Terminal transactions and reversals against the operations that decide them. */
export const terminalChecks: readonly Check[] = [
  {
    kind: "terminal-transaction-differs",
    action: "The operation's outcome stands: correct the transaction, and tell the merchant.",
    sql: `select terminal_transactions.id as reference,
  'transaction: ' || terminal_transactions.state || ', ' || terminal_transactions.amount_cents || ' cents' as here,
  'operation: ' || coalesce(operations.state || ', ' || operations.amount_cents || ' cents', 'none') as there
from terminal_transactions left join operations on operations.reference = terminal_transactions.id
where operations.reference is null or operations.amount_cents <> terminal_transactions.amount_cents
  or operations.state <> case terminal_transactions.state
    when 'reversed' then 'approved' when 'aborted' then 'declined' else terminal_transactions.state end`,
  },
  {
    kind: "reversal-differs",
    action:
      "The operation's outcome stands: correct the reversal and its transaction, and tell the merchant.",
    sql: `select terminal_reversals.id as reference,
  'reversal: ' || terminal_reversals.state || ', its transaction ' || terminal_transactions.state as here,
  'operation: ' || coalesce(operations.state, 'none') as there
from terminal_reversals
  join terminal_transactions on terminal_transactions.id = terminal_reversals.transaction_id
  left join operations on operations.reference = terminal_reversals.id
where operations.reference is null or operations.state <> terminal_reversals.state
  or (operations.state = 'approved' and terminal_transactions.state <> 'reversed')`,
  },
];
