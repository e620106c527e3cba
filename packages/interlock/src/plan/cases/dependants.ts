import type { Subject } from "./case.ts";

export const dependants: Subject = {
  name: "what depends on tables",
  start: "create table orders (id bigint primary key, amount integer not null, code text);",
  cases: [
    {
      what: "a view is made again with a column more",
      kind: "view",
      start: `
create table orders (id bigint primary key, amount integer not null, code text);
create view sums as select id, amount from orders;`,
      migration: "drop view sums;\ncreate view sums as select id, amount, code from orders;",
      old: { read: "select id, amount from sums" },
      new: { read: "select code from sums" },
      expect: "planned",
    },
    {
      what: "the type of a column changes that a chain of views, a policy, a trigger and statistics stand on",
      kind: "view",
      start: `
create table orders (id bigint primary key, amount integer not null, code text);
create view sums with (security_barrier) as select id, amount from orders where amount > 0;
comment on view sums is 'what was ordered';
create view big_sums with (security_invoker) as select * from sums where amount > 1000;
create policy positive on orders using (amount > 0);
create function watch() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger watched before update of amount on orders for each row when (new.amount > 5) execute function watch();
create statistics pairs on amount, code from orders;
create publication changes for table orders (id, amount);`,
      migration: `drop view big_sums;
drop view sums;
drop policy positive on orders;
drop trigger watched on orders;
alter publication changes drop table orders;
alter table orders alter column amount type bigint;
create view sums with (security_barrier) as select id, amount from orders where amount > 0;
comment on view sums is 'what was ordered';
create view big_sums with (security_invoker) as select * from sums where amount > 1000;
create policy positive on orders using (amount > 0);
create trigger watched before update of amount on orders for each row when (new.amount > 5) execute function watch();
alter publication changes add table orders (id, amount);`,
      old: {
        insert: "insert into orders (id, amount) values ($1, $2)",
        read: "select amount from big_sums where id = $1",
      },
      new: {
        insert: "insert into orders (id, amount) values ($1, $2)",
        read: "select amount from big_sums where id = $1",
      },
      expect: "planned",
    },
    {
      what: "the type of a column changes in place under a view",
      kind: "view",
      start: `
create table orders (id bigint primary key, code varchar(10));
create view codes as select id, code from orders;`,
      migration: `drop view codes;
alter table orders alter column code type varchar(40);
create view codes as select id, code from orders;`,
      old: { read: "select code from codes where id = $1" },
      new: {
        insert: "insert into orders (id, code) values ($1, $2)",
        read: "select code from codes where id = $1",
      },
      expect: "planned",
    },
    {
      what: "a column that a chain of views reads gets another name",
      kind: "view",
      start: `
create table orders (id bigint primary key, amount integer not null);
create view sums as select id, amount from orders where amount > 0;
create view big_sums as select * from sums where amount > 1000;`,
      migration: "alter table orders rename column amount to cents;",
      old: { insert: "insert into orders (id, amount) values ($1, $2)", read: "select amount from big_sums" },
      new: { insert: "insert into orders (id, cents) values ($1, $2)", read: "select amount from big_sums" },
      expect: "planned",
    },
    {
      what: "a column gets another name, and a view too",
      kind: "view",
      start: `
create table orders (id bigint primary key, amount integer not null);
create view sums as select id, amount from orders where amount > 0;`,
      migration: `alter table orders rename column amount to cents;
create or replace view sums as select id, cents as amount, cents * 2 as twice from orders where cents > 0;
create view more as select cents from orders;`,
      old: { insert: "insert into orders (id, amount) values ($1, $2)", read: "select amount from sums" },
      new: {
        insert: "insert into orders (id, cents) values ($1, $2)",
        read: "select twice, cents from sums, more",
      },
      expect: "planned",
    },
    {
      what: "a materialised view",
      kind: "materialised view",
      migration: "create materialized view sums as select sum(amount) as total from orders;",
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { read: "select total from sums" },
      expect: "planned",
    },
    {
      what: "a function",
      kind: "function",
      migration:
        "create function total() returns bigint language sql stable as $$ select sum(amount) from orders $$;",
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { read: "select total()" },
      expect: "planned",
    },
    {
      what: "a trigger",
      kind: "trigger",
      migration: `create function lower_code() returns trigger language plpgsql as $$ begin new.code := lower(new.code); return new; end $$;
create trigger lowered before insert or update on orders for each row execute function lower_code();`,
      old: { insert: "insert into orders (id, amount, code) values ($1, $2, $3)" },
      new: { insert: "insert into orders (id, amount, code) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "a policy",
      kind: "policy",
      migration:
        "alter table orders enable row level security;\ncreate policy everybody on orders using (true) with check (true);",
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "rights",
      kind: "grant",
      migration: "grant select on orders to public;\ngrant update (code) on orders to public;",
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a function gets a parameter more, and the old one goes",
      kind: "function",
      start: `
create table orders (id bigint primary key, amount integer not null);
create function gross(net integer) returns integer language sql immutable as $$ select net + net / 5 $$;
comment on function gross is 'with taxes';`,
      migration: `drop function gross(integer);
create function gross(net integer, rate integer) returns integer language sql immutable as $$ select net + net * rate / 100 $$;`,
      old: { read: "select gross(amount) from orders where id = $1" },
      new: { read: "select gross(amount, 20) from orders where id = $1" },
      expect: "planned",
    },
    {
      what: "a function does something else",
      kind: "function",
      start: `
create table orders (id bigint primary key, amount integer not null);
create function gross(net integer) returns integer language sql immutable as $$ select net + net / 5 $$;
revoke execute on function gross from public;
comment on function gross is 'with taxes';`,
      migration: `create or replace function gross(net integer) returns integer language sql immutable as $$ select net + net / 4 $$;
comment on function gross is 'with more taxes';`,
      old: { read: "select gross(amount) from orders where id = $1" },
      new: { read: "select gross(amount) from orders where id = $1" },
      expect: "planned",
    },
    {
      what: "a function answers another type",
      kind: "function",
      start: `
create table orders (id bigint primary key, amount integer not null);
create function total() returns integer language sql stable as $$ select sum(amount)::integer from orders $$;
grant execute on function total() to public;
create view shown as select total() as total;`,
      migration: `drop view shown;
drop function total();
create function total() returns bigint language sql stable as $$ select sum(amount) from orders $$;
create view shown as select total() as total;`,
      old: { read: "select total from shown" },
      new: { read: "select total from shown" },
      expect: "planned",
    },
    {
      what: "a trigger is replaced, and another goes",
      kind: "trigger",
      start: `
create table orders (id bigint primary key, amount integer not null, code text);
create function lower_code() returns trigger language plpgsql as $$ begin new.code := lower(new.code); return new; end $$;
create trigger lowered before insert on orders for each row execute function lower_code();
create trigger other before delete on orders for each row execute function lower_code();`,
      migration: `drop trigger lowered on orders;
create trigger lowered before insert or update of code on orders for each row execute function lower_code();
drop trigger other on orders;`,
      old: { insert: "insert into orders (id, amount, code) values ($1, $2, $3)" },
      new: { insert: "insert into orders (id, amount, code) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "policies change",
      kind: "policy",
      start: `
create table orders (id bigint primary key, amount integer not null, code text);
alter table orders enable row level security;
create policy everybody on orders using (true);
create policy dear on orders for select using (amount > 5);
create policy cheap on orders for select using (amount < 5);
comment on policy cheap on orders is 'cheap ones';`,
      migration: `alter policy dear on orders using (amount > 3);
drop policy cheap on orders;
create policy cheap on orders for select using (amount < 2);
drop policy everybody on orders;
create policy all_of_them on orders using (amount > 0);`,
      old: { insert: "insert into orders (id, amount) values ($1, 7)" },
      new: { insert: "insert into orders (id, amount) values ($1, 7)" },
      expect: "planned",
    },
    {
      what: "a materialised view with an index, filled anew",
      kind: "materialised view",
      migration: `create materialized view sums as select id, amount from orders;
create unique index sums_id on sums (id);
refresh materialized view concurrently sums;`,
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { read: "select amount from sums where id = $1" },
      expect: "planned",
    },
    {
      what: "tables come into a publication and go",
      kind: "publication",
      start: `
create table orders (id bigint primary key, amount integer not null);
create table customers (id bigint primary key, name text);
create publication changes for table customers;`,
      migration: `alter publication changes add table orders (id, amount) where (amount > 0);
alter publication changes drop table customers;`,
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "extended statistics come and go",
      kind: "comments and settings",
      start: `
create table orders (id bigint primary key, amount integer not null, code text);
create statistics pairs on amount, code from orders;
comment on statistics pairs is 'they go together';`,
      migration: `create statistics (dependencies) on id, code from orders;
alter statistics pairs set statistics 500;
drop statistics pairs;`,
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a view goes that stands on another, and that one gets another name",
      kind: "view",
      start: `
create table orders (id bigint primary key, amount integer not null);
create view sums as select id, amount from orders;
create view big as select id from sums where amount > 5;`,
      migration: "drop view big;\nalter view sums rename to totals;",
      old: { read: "select id from big" },
      new: { read: "select id from orders" },
      expect: "planned",
    },
    {
      what: "a view of everything beside a column that changes its type",
      kind: "view",
      start: "create table orders (id bigint primary key, amount integer not null);",
      migration:
        "alter table orders alter column amount type bigint;\ncreate view everything as select * from orders;",
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { read: "select amount from everything where id = $1" },
      expect: "planned",
    },
    {
      what: "a partition more",
      kind: "partitions",
      start: `
create table orders (id bigint primary key, amount integer not null) partition by range (id);
create table orders_1 partition of orders for values from (minvalue) to (1000000000);`,
      migration: "create table orders_2 partition of orders for values from (1000000000) to (maxvalue);",
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a publication",
      kind: "publication",
      migration: "create publication changes for table orders;",
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
  ],
};
