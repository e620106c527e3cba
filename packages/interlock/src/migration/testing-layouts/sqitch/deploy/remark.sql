-- Deploy shop:remark to pg

BEGIN;

alter table orders rename column note to remark;

COMMIT;
