-- How many refunds a payment has had, counted when they are made instead of whenever somebody looks.
alter table payments add column refunds_count integer not null default 0;

update payments set refunds_count = (
  select count(*) from refunds where refunds.payment_id = payments.id and refunds.state = 'succeeded'
);
