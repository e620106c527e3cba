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
