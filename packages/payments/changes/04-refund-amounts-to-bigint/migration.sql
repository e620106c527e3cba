-- Amounts of refunds in the type of the ledger's, so that neither has to be converted into the other.
alter table refunds alter column amount_cents type bigint;
