-- "Refunding" read like a flag. It is the amount of the refunds that are still pending.
alter table payments rename column amount_refunding_cents to amount_refund_pending_cents;
