-- Who asked for a refund: the merchant, or the platform itself. Until now only merchants could.
alter table refunds add column initiated_by text;

update refunds set initiated_by = 'merchant';

alter table refunds alter column initiated_by set not null;
alter table refunds add constraint refunds_initiated_by_check check (initiated_by in ('merchant', 'platform'));
