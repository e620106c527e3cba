-- Revert shop:remark from pg

BEGIN;

alter table orders rename column remark to note;

COMMIT;
