import type { Subject } from "./case.ts";

export const foreignKeys: Subject = {
  name: "foreign keys",
  start: `
create table partners (id bigint primary key, name text);
create table customers (id bigint primary key, name text);
create table orders (
  id bigint generated always as identity primary key,
  customer_id bigint not null references customers (id) on delete cascade,
  partner_id bigint,
  note text
);
create table parcels (
  id bigint generated always as identity primary key,
  order_id bigint references orders (id) on delete set null on update cascade
);`,
  cases: [
    {
      what: "what is written must exist elsewhere",
      change: "alter table orders add foreign key (partner_id) references partners (id) not valid;",
      old: { insert: "insert into orders (customer_id, partner_id) values ($1, $2)" },
      coming: {
        "insert new":
          "insert into orders (customer_id, partner_id) select $1, id from partners where id = $2",
      },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23503", line: 1 }],
      order: "app-first",
      twin: {
        what: "it may be left empty, and is",
        old: { "quiet insert": "insert into orders (customer_id, note) values ($1, $2)" },
      },
      start: `
create table partners (id bigint primary key, name text);
create table customers (id bigint primary key, name text);
create table orders (id bigint generated always as identity primary key, customer_id bigint not null references customers (id), partner_id bigint, note text);`,
    },
    {
      what: "what others refer to can't be deleted",
      change: "alter table orders add foreign key (partner_id) references partners (id);",
      old: { forget: "delete from partners where id = $1" },
      finds: [{ code: "write-breaks", statement: "forget", sqlstate: "23503", line: 1 }],
      twin: {
        what: "what is deleted is referred to by nothing",
        old: { "quiet forget": "delete from customers where id = $1" },
      },
      start: `
create table partners (id bigint primary key, name text);
create table customers (id bigint primary key, name text);
create table orders (id bigint generated always as identity primary key, partner_id bigint, note text);`,
    },
    {
      what: "what hung on a row is kept from going with it",
      change: `alter table orders drop constraint orders_customer_id_fkey;
alter table orders add constraint orders_customer_id_fkey foreign key (customer_id) references customers (id);`,
      old: { forget: "delete from customers where id = $1" },
      finds: [{ code: "write-breaks", statement: "forget", sqlstate: "23503", line: 2 }],
      twin: {
        what: "it goes with it in another way",
        change: `alter table parcels drop constraint parcels_order_id_fkey;
alter table parcels add constraint parcels_order_id_fkey foreign key (order_id) references orders (id) on delete cascade;`,
      },
    },
    {
      what: "a row that is referred to is held back at once",
      change: `alter table parcels drop constraint parcels_order_id_fkey;
alter table parcels add constraint parcels_order_id_fkey foreign key (order_id) references orders (id) on delete restrict;`,
      old: { forget: "delete from orders where id = $1" },
      finds: [{ code: "write-breaks", statement: "forget", sqlstate: "23001", line: 2 }],
      twin: {
        what: "a foreign key is dropped",
        change: "alter table orders drop constraint orders_customer_id_fkey;",
      },
    },
    {
      what: "a key that is referred to can't change any more",
      start: `
create table countries (code text primary key, name text);
create table cities (name text primary key, country text references countries (code) on update cascade);`,
      change: `alter table cities drop constraint cities_country_fkey, add constraint cities_country_fkey foreign key (country) references countries (code);`,
      old: { recode: "update countries set code = code || '.' where code = $1" },
      finds: [{ code: "write-breaks", statement: "recode", sqlstate: "23503", line: 1 }],
      twin: {
        what: "another column of the same rows changes",
        old: { "quiet rename": "update countries set name = name || '.' where code = $1" },
      },
    },
    {
      what: "the constraint waits until the end of the transaction",
      start: `
create table shops (id bigint primary key);
create table orders (id bigint generated always as identity primary key, shop_id bigint not null default 7);`,
      change:
        "alter table orders add foreign key (shop_id) references shops (id) deferrable initially deferred not valid;",
      old: { insert: "insert into orders default values" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23503", line: 1 }],
      twin: {
        what: "the shop is there",
        change:
          "insert into shops values (7) on conflict do nothing;\nalter table orders add foreign key (shop_id) references shops (id) deferrable initially deferred not valid;",
      },
    },
    {
      what: "two columns together refer to a row",
      start: `
create table stocks (shop bigint, article text, primary key (shop, article));
create table orders (id bigint generated always as identity primary key, shop bigint not null, article text not null);`,
      change:
        "alter table orders add foreign key (shop, article) references stocks (shop, article) not valid;",
      old: {
        insert: { sql: "insert into orders (shop, article) values ($1, $2)", samples: [["1", "never seen"]] },
      },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23503", line: 1 }],
      twin: {
        what: "the table refers to an empty column",
        change:
          "alter table orders add column stock_shop bigint, add column stock_article text,\n  add foreign key (stock_shop, stock_article) references stocks (shop, article);",
      },
    },
    {
      what: "a row refers to one of its own table",
      start: "create table folders (id bigint primary key, parent_id bigint, name text);",
      change: "alter table folders add foreign key (parent_id) references folders (id) not valid;",
      old: {
        insert: { sql: "insert into folders (id, parent_id) values ($1, $2)", samples: [["1001", "4004"]] },
      },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23503", line: 1 }],
      twin: {
        what: "it refers to itself",
        old: {
          "quiet insert": {
            sql: "insert into folders (id, parent_id) values ($1, $2)",
            samples: [["1001", "1001"]],
          },
        },
      },
    },
    {
      what: "a table that others refer to can't be emptied",
      start: `
create table articles (id bigint primary key);
create table lines (id bigint primary key, article_id bigint);`,
      change:
        "update lines set article_id = null;\nalter table lines add foreign key (article_id) references articles (id);",
      old: { empty: "truncate articles" },
      finds: [{ code: "write-breaks", statement: "empty", sqlstate: "0A000", line: 2 }],
      twin: { what: "what refers is emptied too", old: { "quiet empty": "truncate articles cascade" } },
    },
  ],
};
