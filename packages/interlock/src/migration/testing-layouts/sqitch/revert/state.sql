-- Revert shop:state from pg

BEGIN;

alter table orders drop column state;

COMMIT;
