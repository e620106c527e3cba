-- +migrate Up
alter table orders add column state text not null default 'open';

-- +migrate Down
alter table orders drop column state;
