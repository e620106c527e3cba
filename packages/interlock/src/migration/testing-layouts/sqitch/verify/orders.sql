-- Verify shop:orders on pg

BEGIN;

select id from orders where false;

ROLLBACK;
