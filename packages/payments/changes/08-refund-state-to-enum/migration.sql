-- The states of a refund as a type of their own, as those of notifications are.
create type refund_state as enum ('pending', 'succeeded', 'failed');

alter table refunds drop constraint refunds_state_check;
alter table refunds alter column state type refund_state using state::refund_state;
