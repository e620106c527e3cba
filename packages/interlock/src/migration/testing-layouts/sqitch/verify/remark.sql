-- Verify shop:remark on pg

BEGIN;

select id from orders where false;

ROLLBACK;
