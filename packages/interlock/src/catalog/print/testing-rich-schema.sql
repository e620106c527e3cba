create schema "My Shop";
create type "My Shop".kind as enum ('a', 'it''s', 'c');
create domain "My Shop".email as text collate "C" default 'x@y' not null constraint has_at check (value ~ '@') constraint short check (length(value) < 100);
create type address as (street text, "House No" integer, tags text[]);
create function text_distance(a text, b text) returns double precision language sql immutable as 'select abs(length(a) - length(b))::double precision';
create type textrange as range (subtype = text, collation = "C", subtype_diff = text_distance);
create sequence numbers as integer increment 5 minvalue 10 maxvalue 1000 start 15 cache 3 cycle;
create function plus_one(n integer) returns integer language sql immutable as 'select n + 1';
create table "My Shop"."Order" (
  id bigint generated always as identity (start with 7 increment by 3) primary key,
  kind "My Shop".kind not null default 'a',
  token uuid not null default gen_random_uuid(),
  amount integer not null constraint "positive; amount" check (amount > 0),
  note varchar(50) collate "C",
  double integer generated always as (plus_one(amount)) stored,
  seq serial,
  number integer default nextval('numbers'),
  place address,
  places address[],
  emails "My Shop".email[],
  span textrange,
  spans textmultirange,
  gone integer,
  during tstzrange not null default tstzrange(now(), null),
  price numeric(12, 2) default 0 check (price >= 0) no inherit,
  constraint apart exclude using gist (during with &&) where (amount > 5) deferrable initially deferred
) with (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false);
alter table "My Shop"."Order" drop column gone;
alter table "My Shop"."Order" alter note set storage external, alter amount set statistics 77, alter kind set (n_distinct = 3);
alter table "My Shop"."Order" add constraint later check (length(note) < 40) not valid;
create unique index "By Note" on "My Shop"."Order" (lower(note), amount desc nulls last) include (kind) where kind = 'a';
create unique index by_token on "My Shop"."Order" (token) nulls not distinct;
alter table "My Shop"."Order" cluster on "Order_pkey";
alter table "My Shop"."Order" replica identity using index by_token;
create unlogged table scratch (like "My Shop"."Order" including defaults);
create table lines (order_id bigint references "My Shop"."Order" on delete cascade on update set null deferrable, n integer, primary key (n, order_id) include (extra), extra text);
alter table lines add constraint "later FK" foreign key (order_id) references "My Shop"."Order" not valid;
create table parent (id integer not null, name text default 'p', check (id > 0));
create table child (extra date, check (extra > '2000-01-01')) inherits (parent);
alter table child alter name set default 'c';
create table events (id bigint not null, at date not null, kind text not null default 'x', check (id > 0), primary key (id, at, kind)) partition by range (at);
create table events_new partition of events for values from ('2024-01-01') to (maxvalue) partition by list (kind);
create table events_new_x partition of events_new for values in ('x');
create table events_old (kind text not null, at date not null, gone integer, id bigint not null, constraint events_id_check check (id > 0));
alter table events_old drop gone;
alter table events_old alter kind set default 'old';
alter table events attach partition events_old for values from (minvalue) to ('2024-01-01');
create table events_rest partition of events default;
create index events_by_kind on events (kind);
create table notes (event_id bigint, event_at date, event_kind text, foreign key (event_id, event_at, event_kind) references events);
create view open_orders with (security_barrier = true, check_option = local) as select id, amount as "How Much" from "My Shop"."Order" where kind <> 'c';
alter view open_orders alter column "How Much" set default 3;
create view grouped as select o.id, o.amount, count(*) as lines from "My Shop"."Order" o left join lines l on l.order_id = o.id group by o.id;
create materialized view totals as select kind, sum(amount) as total from "My Shop"."Order" group by kind;
create unique index totals_by_kind on totals (kind);
create function latest() returns open_orders language sql stable begin atomic select * from open_orders order by id desc limit 1; end;
create function first_of(lines) returns integer language sql as 'select $1.n';
create function with_rows() returns setof "My Shop"."Order" language plpgsql security definer set search_path = pg_catalog as $f$ begin return query select * from "My Shop"."Order"; end $f$;
create procedure refresh() language sql as 'refresh materialized view totals';
create aggregate total_of(integer) (sfunc = int4pl, stype = integer, initcond = '0', parallel = safe);
create function touched() returns trigger language plpgsql as $$ begin new.note := 'it''s; ' || coalesce(new.note, ''); return new; end $$;
create trigger touch before update of note on "My Shop"."Order" for each row when (old.note is distinct from new.note) execute function touched();
create trigger off before insert on "My Shop"."Order" for each row execute function touched();
alter table "My Shop"."Order" disable trigger off;
create trigger part after insert on events for each row execute function touched();
create constraint trigger late after insert on lines deferrable initially deferred for each row execute function touched();
create trigger instead_of instead of update on grouped for each row execute function touched();
create rule quiet as on delete to scratch do instead nothing;
create rule noisy as on insert to parent do also notify parent;
alter table parent disable rule noisy;
alter table lines enable row level security;
alter table lines force row level security;
create policy mine on lines as restrictive for select to public using (n > 1);
create policy theirs on lines for all to rich_reader using (true) with check (n > 2);
create statistics lines_stats (ndistinct, dependencies) on n, order_id from lines;
create publication everything for all tables with (publish = 'insert, update');
create publication some_tables for table lines (n, order_id) where (n > 3), parent;
comment on schema "My Shop" is 'a shop; it''s';
comment on table lines is 'lines';
comment on column "My Shop"."Order".amount is 'in cents';
comment on column open_orders."How Much" is 'amount';
comment on constraint lines_pkey on lines is 'key';
comment on constraint short on domain "My Shop".email is 'short';
comment on index "My Shop".by_token is 'token';
comment on function plus_one(integer) is 'one more';
comment on procedure refresh() is 'anew';
comment on aggregate total_of(integer) is 'sum';
comment on trigger touch on "My Shop"."Order" is 'touch';
comment on type "My Shop".kind is 'kind';
comment on type address is 'address';
comment on materialized view totals is 'totals';
comment on view grouped is 'grouped';
comment on sequence numbers is 'numbers';
comment on policy mine on lines is 'mine';
comment on rule quiet on scratch is 'quiet';
comment on statistics lines_stats is 'stats';
grant usage on schema "My Shop" to rich_reader;
grant select, insert on lines to rich_reader with grant option;
grant select on lines to public;
grant update (n), select (order_id) on lines to "Rich Writer";
grant usage on sequence numbers to rich_reader;
grant execute on function plus_one(integer) to rich_reader;
revoke execute on function plus_one(integer) from public;
grant usage on type "My Shop".kind to rich_reader;
