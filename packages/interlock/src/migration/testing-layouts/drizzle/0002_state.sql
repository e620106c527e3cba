alter table orders add column state text not null default 'open';
--> statement-breakpoint
create index orders_by_state on orders (state);
