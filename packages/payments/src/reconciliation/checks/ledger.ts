import type { Check } from "../check.ts";

/** Approved operations that move money, against the transfers of the ledger. */
export const ledgerChecks: readonly Check[] = [
  {
    kind: "not-booked",
    action: "Book it: the acquirer moved the money.",
    sql: `select operations.reference, 'ledger: nothing' as here,
  'operation: approved ' || operations.kind || ' of ' || operations.amount_cents || ' cents' as there
from operations left join ledger_transfers
  on ledger_transfers.reference = operations.booked_as and ledger_transfers.kind = operations.booked_kind
where operations.state = 'approved' and operations.booked_as is not null and ledger_transfers.id is null`,
  },
  {
    kind: "booking-differs",
    action: "Book the difference, or book it back here and again where it belongs.",
    sql: `select operations.reference, 'ledger: ' || ledger_transfers.amount_cents || ' cents of ' || ledger_transfers.merchant_id
    || case when ledger_transfers.is_live then ', live' else ', test' end as here,
  'operation: ' || operations.amount_cents || ' cents of ' || operations.merchant_id
    || case when operations.is_live then ', live' else ', test' end as there
from operations join ledger_transfers
  on ledger_transfers.reference = operations.booked_as and ledger_transfers.kind = operations.booked_kind
where operations.state = 'approved' and (ledger_transfers.amount_cents, ledger_transfers.merchant_id, ledger_transfers.is_live)
  is distinct from (operations.amount_cents::bigint, operations.merchant_id, operations.is_live)`,
  },
  {
    kind: "booked-without-approval",
    action: "Find out why it was booked; book the opposite unless the acquirer did move the money.",
    sql: `select ledger_transfers.reference,
  'ledger: ' || ledger_transfers.kind || ' of ' || ledger_transfers.amount_cents || ' cents' as here,
  'operation: none approved' as there
from ledger_transfers left join operations on operations.booked_as = ledger_transfers.reference
  and operations.booked_kind = ledger_transfers.kind and operations.state = 'approved'
where ledger_transfers.kind in ('capture', 'refund') and operations.reference is null`,
  },
  {
    kind: "fee-not-booked",
    action: "Book the fee of this capture.",
    sql: `select captures.reference, 'ledger: no fee' as here,
  'ledger: capture of ' || captures.amount_cents || ' cents' as there
from ledger_transfers as captures left join ledger_transfers as fees
  on fees.reference = captures.reference and fees.kind = 'fee'
where captures.kind = 'capture' and fees.id is null`,
  },
  {
    kind: "balance-differs",
    action:
      "Stop paying this merchant out, find the booking that passed the balance by, and correct the balance.",
    sql: `with owed as (
  select ledger_transfers.merchant_id, ledger_transfers.is_live, sum(case ledger_transfers.kind
    when 'capture' then ledger_transfers.amount_cents else -ledger_transfers.amount_cents end) as cents
  from ledger_transfers
  group by ledger_transfers.merchant_id, ledger_transfers.is_live
), held as (
  select operations.merchant_id, operations.is_live, sum(operations.amount_cents) as cents
  from operations
  where operations.state = 'pending' and operations.kind in ('refund', 'reversal')
  group by operations.merchant_id, operations.is_live
)
select coalesce(merchant_payables.merchant_id, owed.merchant_id)
    || case when coalesce(merchant_payables.is_live, owed.is_live) then ' (live)' else ' (test)' end as reference,
  'balance: ' || coalesce(merchant_payables.payable_cents || ' cents', 'none') as here,
  'ledger: ' || coalesce(owed.cents, 0) || ' cents, less ' || coalesce(held.cents, 0) || ' held for refunds' as there
from merchant_payables
  full join owed on owed.merchant_id = merchant_payables.merchant_id and owed.is_live = merchant_payables.is_live
  left join held on held.merchant_id = merchant_payables.merchant_id and held.is_live = merchant_payables.is_live
where merchant_payables.payable_cents is distinct from coalesce(owed.cents, 0) - coalesce(held.cents, 0)`,
  },
];
