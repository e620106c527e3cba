-- Deploy shop:state to pg

BEGIN;

alter table orders add column state text not null default 'open';

COMMIT;
