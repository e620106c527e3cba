-- Up Migration
alter table orders add column state text not null default 'open';

-- Down Migration
alter table orders drop column state;
