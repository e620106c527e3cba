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
