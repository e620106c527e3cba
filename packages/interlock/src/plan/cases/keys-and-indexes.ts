import type { Subject } from "./case.ts";

const old = {
  insert: "insert into orders (id, code, amount) values ($1, $2, $3)",
  read: "select id from orders where code = $1",
};
const reads = { read: "select id from orders where code = $1" };

const partitioned = `
create table orders (id bigint, code text, amount integer) partition by range (id);
create table orders_1 partition of orders for values from (minvalue) to (100);
create table orders_2 partition of orders default;`;

export const keysAndIndexes: Subject = {
  name: "keys and indexes",
  start: "create table orders (id bigint not null, code text, amount integer, during int4range);",
  cases: [
    {
      what: "a unique constraint",
      kind: "unique",
      migration: "alter table orders add constraint one_code unique (code);",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "a unique constraint that the new version leans on and the old one may offend",
      kind: "unique",
      migration: "alter table orders add constraint one_code unique (code);",
      old,
      new: { insert: "insert into orders (id, code) values ($1, $2) on conflict (code) do nothing" },
      expect: "plan-refused",
    },
    {
      what: "a unique constraint that the new version leans on and the old one never offends",
      kind: "unique",
      migration: "alter table orders add constraint one_code unique (code);",
      old: reads,
      new: { insert: "insert into orders (id, code) values ($1, $2) on conflict (code) do nothing" },
      expect: "planned",
    },
    {
      what: "a unique index gives way to a wider one before the new version writes what it would refuse",
      kind: "index",
      start:
        "create table notes (id bigint primary key, slug text, shop text); create unique index one_slug on notes (slug);",
      migration: "create unique index one_slug_per_shop on notes (shop, slug);\ndrop index one_slug;",
      old: {
        insert: "insert into notes (id, slug, shop) values ($1, $2, $3)",
        read: "select id from notes where slug = $1",
      },
      new: {
        insert: "insert into notes (id, slug, shop) values ($1, $2, $3) on conflict (shop, slug) do nothing",
      },
      expect: "planned",
    },
    {
      what: "a unique constraint goes that the new version may write past",
      kind: "unique",
      start: "create table notes (id bigint primary key, slug text constraint one_slug unique);",
      migration: "alter table notes drop constraint one_slug;",
      old: { read: "select id from notes where slug = $1" },
      new: { insert: "insert into notes (id, slug) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a unique index that the old version's ON CONFLICT names, and that the new one may write past",
      kind: "index",
      start:
        "create table notes (id bigint primary key, slug text, shop text); create unique index one_slug on notes (slug);",
      migration: "create unique index one_slug_per_shop on notes (shop, slug);\ndrop index one_slug;",
      old: {
        insert: "insert into notes (id, slug, shop) values ($1, $2, $3) on conflict (slug) do nothing",
      },
      new: {
        insert: "insert into notes (id, slug, shop) values ($1, $2, $3) on conflict (shop, slug) do nothing",
      },
      expect: "cannot-plan",
    },
    {
      what: "a unique index that another one makes needless goes last",
      kind: "index",
      start:
        "create table notes (id bigint primary key, slug text unique, shop text); create unique index slug_in_shop on notes (shop, slug);",
      migration: "drop index slug_in_shop;",
      old: { insert: "insert into notes (id, slug, shop) values ($1, $2, $3)" },
      new: { insert: "insert into notes (id, slug, shop) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "nulls that are not distinct, covering, deferrable",
      kind: "unique",
      migration: `alter table orders add constraint one_code unique nulls not distinct (code, amount) include (id);
alter table orders add unique (id, amount) deferrable initially deferred;`,
      old: { read: "select id from orders where code = $1" },
      new: { read: "select id from orders where code = $1" },
      expect: "planned",
    },
    {
      what: "a unique constraint from an index that the migration builds",
      kind: "unique",
      migration: `create unique index concurrently one_code on orders (code);
alter table orders add constraint one_code unique using index one_code;`,
      old: reads,
      new: { insert: "insert into orders (id, code) values ($1, $2) on conflict (code) do nothing" },
      expect: "planned",
    },
    {
      what: "a unique constraint from an index that is there",
      kind: "unique",
      start: `
create table orders (id bigint not null, code text, amount integer);
create unique index one_code on orders (code);
create unique index one_id on orders (id);`,
      migration: `alter table orders add constraint code_once unique using index one_code;
alter table orders add constraint one_id primary key using index one_id;`,
      old: { insert: "insert into orders (id, code) values ($1, $2) on conflict (code) do nothing" },
      new: { insert: "insert into orders (id, code) values ($1, $2) on conflict (code) do nothing" },
      expect: "planned",
    },
    {
      what: "a primary key for a table that has none",
      kind: "primary key",
      migration: "alter table orders add primary key (id);",
      old: reads,
      new: { insert: "insert into orders (id, code) values ($1, $2) on conflict (id) do nothing" },
      expect: "planned",
    },
    {
      what: "a primary key of columns that may be null so far",
      kind: "primary key",
      migration: "alter table orders add constraint orders_key primary key (code, amount);",
      old: { insert: "insert into orders (id, code, amount) values ($1, $2, $3)" },
      new: { insert: "insert into orders (id, code, amount) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "a primary key from an index that the migration builds",
      kind: "primary key",
      migration: `create unique index orders_key on orders (id);
alter table orders add constraint orders_pkey primary key using index orders_key;`,
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "indexes of every sort",
      kind: "index",
      migration: `create index on orders (code);
create index concurrently if not exists orders_lower on orders (lower(code) text_pattern_ops) where amount > 0;
create index orders_wide on orders using btree (amount desc nulls last) include (code) with (fillfactor = 80);
create index orders_during on orders using gist (during);
create unique index orders_id on orders (id) nulls not distinct;`,
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "an index goes, another takes its name",
      kind: "index",
      start: `
create table orders (id bigint not null, code text, amount integer);
create unique index by_code on orders (code);
create index gone on orders (amount);`,
      migration: `drop index by_code;
create unique index by_code on orders (code, amount);
drop index concurrently gone;`,
      old: { upsert: "insert into orders (id, code) values ($1, $2) on conflict (code) do nothing" },
      new: {
        upsert:
          "insert into orders (id, code, amount) values ($1, $2, 3) on conflict (code, amount) do nothing",
      },
      expect: "cannot-plan",
    },
    {
      what: "an index of a partitioned table",
      kind: "partitions",
      start: partitioned,
      migration: "create index orders_code on orders (code);",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "an index of a partitioned table whose partitions have partitions and indexes",
      kind: "partitions",
      start: `
create table orders (id bigint, code text, amount integer) partition by range (id);
create table orders_1 partition of orders for values from (minvalue) to (100) partition by list (code);
create table orders_1_a partition of orders_1 for values in ('a');
create table orders_1_b partition of orders_1 default;
create table orders_2 partition of orders default;
create index by_code on orders_2 (code);
create index by_code_too on orders_1_b (code);`,
      migration: "create index orders_code on orders (code);",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "an index of a partitioned table goes",
      kind: "partitions",
      start: `${partitioned}
create index orders_code on orders (code);`,
      migration: "drop index orders_code;",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "an index of a single partition",
      kind: "partitions",
      start: partitioned,
      migration: "create index orders_1_code on orders_1 (code);",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "a unique constraint of a partitioned table",
      kind: "partitions",
      start: partitioned,
      migration: "alter table orders add constraint once unique (id, code);",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "an exclusion constraint",
      kind: "exclusion constraint",
      migration: "alter table orders add constraint apart exclude using gist (during with &&);",
      old,
      new: old,
      expect: "cannot-plan",
    },
    {
      what: "an exclusion constraint of a new column",
      kind: "exclusion constraint",
      migration: `alter table orders add column booked int4range;
alter table orders add constraint apart exclude using gist (booked with &&);`,
      old,
      new: { insert: "insert into orders (id, booked) values ($1, 'empty')" },
      expect: "cannot-plan",
    },
  ],
};
