-- One status instead of two booleans that can contradict each other.
alter table payments add column status text;

update payments set status = case
  when is_refunded then 'refunded'
  when is_paid then 'paid'
  when failure_code = 'aborted' then 'aborted'
  when failure_code is not null then 'failed'
  when authorized_at is not null then 'authorized'
  else 'created'
end;

alter table payments alter column status set not null;
alter table payments add constraint payments_status_check
  check (status in ('created', 'authorized', 'paid', 'refunded', 'failed', 'aborted'));

-- interlock: down payments.is_paid = (status in ('paid', 'refunded'))
-- interlock: down payments.is_refunded = (status = 'refunded')
alter table payments drop column is_paid, drop column is_refunded;
