import type { Subject } from "./case.ts";

export const together: Subject = {
  name: "several operations at once",
  start: `
create table customers (id bigint primary key, mail text);
create table orders (id bigint primary key, customer_id bigint, code text, amount integer, is_paid boolean not null default false);`,
  cases: [
    {
      what: "a column is renamed, made mandatory, checked and indexed",
      kind: "rename a column",
      migration: `alter table orders rename column code to reference;
update orders set reference = 'none' where reference is null;
alter table orders alter column reference set not null;
alter table orders add constraint reference_given check (reference <> '');
create unique index orders_reference on orders (reference, id);`,
      old: { insert: "insert into orders (id, code) values ($1, 'a')", read: "select code from orders" },
      new: { insert: "insert into orders (id, reference) values ($1, 'b')" },
      expect: "planned",
    },
    {
      what: "a column changes its name and its type",
      kind: "change a type with every row",
      migration: `alter table orders rename column amount to cents;
alter table orders alter column cents type bigint;`,
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { insert: "insert into orders (id, cents) values ($1, $2)" },
      expect: "cannot-plan",
    },
    {
      what: "two tables, five columns, three constraints",
      kind: "change a type with every row",
      migration: `alter table customers rename column mail to email;
alter table customers add column created timestamptz not null default now();
alter table orders alter column amount type bigint, alter column amount set not null;
alter table orders add column status text;
update orders set status = case when is_paid then 'paid' else 'created' end;
alter table orders alter column status set not null;
-- interlock: down orders.is_paid = (status = 'paid')
alter table orders drop column is_paid;
alter table orders add constraint of_customer foreign key (customer_id) references customers (id);
create index on orders (status);`,
      old: {
        insert: "insert into orders (id, customer_id, amount, is_paid) values ($1, $2, $3, $4)",
        customer: "insert into customers (id, mail) values ($1, $2)",
      },
      new: {
        insert: "insert into orders (id, customer_id, amount, status) values ($1, $2, $3, $4)",
        customer: "insert into customers (id, email) values ($1, $2)",
      },
      expect: "planned",
    },
  ],
};
