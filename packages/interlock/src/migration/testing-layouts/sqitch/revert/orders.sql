-- Revert shop:orders from pg

BEGIN;

drop table orders;

COMMIT;
