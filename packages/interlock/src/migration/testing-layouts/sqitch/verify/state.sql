-- Verify shop:state on pg

BEGIN;

select id from orders where false;

ROLLBACK;
