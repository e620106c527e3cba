-- migrate:up
alter table orders add column state text not null default 'open';

-- migrate:down
alter table orders drop column state;
