import type { Subject } from "./case.ts";

export const partitions: Subject = {
  name: "partitions",
  start: `
create table orders (id bigint not null, region text not null, amount integer, placed date not null default '2024-03-03') partition by list (region);
create table orders_eu partition of orders for values in ('fr', 'it');
create table orders_us partition of orders for values in ('us');
create table hits (id bigint not null, at date not null, primary key (id, at)) partition by range (at);
create table hits_2024 partition of hits for values from ('2024-01-01') to ('2025-01-01');
create table hits_2025 partition of hits for values from ('2025-01-01') to ('2026-01-01');
create table sessions (id bigint not null, name text) partition by hash (id);
create table sessions_0 partition of sessions for values with (modulus 2, remainder 0);
create table sessions_1 partition of sessions for values with (modulus 2, remainder 1);`,
  cases: [
    {
      what: "a partition is detached, and its rows have no place",
      change: "alter table orders detach partition orders_us;",
      old: { insert: { sql: "insert into orders (id, region) values ($1, $2)", samples: [["1", "us"]] } },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23514", line: 1 }],
      twin: {
        what: "rows of another partition",
        old: {
          "quiet insert": { sql: "insert into orders (id, region) values ($1, $2)", samples: [["1", "fr"]] },
        },
      },
    },
    {
      what: "a partition is dropped that an update moves a row to",
      change: "drop table hits_2025;",
      old: { move: "update hits set at = '2025-05-05' where id = $1 and at = $2" },
      finds: [{ code: "write-breaks", statement: "move", sqlstate: "23514", line: 1 }],
      twin: {
        what: "a partition is added",
        change: "create table hits_2026 partition of hits for values from ('2026-01-01') to ('2027-01-01');",
      },
    },
    {
      what: "a partition is attached whose condition binds its rows",
      start: `
create table orders (id bigint not null, region text not null) partition by list (region);
create table orders_rest partition of orders default;
create table orders_uk (id bigint not null check (id < 0), region text not null);`,
      change:
        "delete from orders where region = 'uk';\ndelete from orders_uk;\nalter table orders attach partition orders_uk for values in ('uk');",
      old: { insert: "insert into orders (id, region) values (5, 'uk')" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23514", line: 3 }],
      twin: {
        what: "rows that stay in the default partition",
        old: { "quiet insert": "insert into orders (id, region) values (5, 'ch')" },
      },
    },
    {
      what: "a table of its own becomes a partition, and takes its rows only",
      start: `
create table orders (id bigint not null, region text not null) partition by list (region);
create table orders_rest partition of orders default;
create table orders_uk (id bigint not null, region text not null);`,
      change:
        "delete from orders where region = 'uk';\ndelete from orders_uk;\nalter table orders attach partition orders_uk for values in ('uk');",
      old: { insert: "insert into orders_uk (id, region) values (5, 'fr')" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23514", line: 3 }],
      twin: {
        what: "they are its own",
        old: { "quiet insert": "insert into orders_uk (id, region) values (5, 'uk')" },
      },
    },
    {
      what: "a plain table becomes a partitioned one, whose key is longer",
      start: "create table events (id bigint primary key, at date not null default '2024-02-02', kind text);",
      change: `alter table events rename to events_old;
create table events (id bigint, at date not null default '2024-02-02', kind text, primary key (id, at)) partition by range (at);
create table events_all partition of events default;
insert into events select id, at, kind from events_old;
drop table events_old;`,
      old: {
        upsert:
          "insert into events (id, kind) values ($1, $2) on conflict (id) do update set kind = excluded.kind",
        insert: "insert into events (id, kind) values ($1, $2)",
      },
      finds: [{ code: "write-breaks", statement: "upsert", sqlstate: "42P10", line: 2 }],
      twin: {
        what: "a partition of its own",
        old: { "quiet read": "select kind from events where id = $1" },
      },
    },
    {
      what: "a partition that is named is gone",
      change: "alter table sessions detach partition sessions_1;\ndrop table sessions_1;",
      old: {
        read: "select name from sessions_1 where id = $1",
        insert: "insert into sessions (id, name) select n, 'x' from generate_series(1, 20) as n",
      },
      finds: [
        { code: "statement-breaks", statement: "read", sqlstate: "42P01", line: 2 },
        { code: "write-breaks", statement: "insert", sqlstate: "23514", line: 1 },
      ],
      twin: { what: "it gets an index", change: "create index on sessions_1 (name);" },
    },
    {
      what: "a unique key that reaches over partitions keeps rows apart",
      change: "delete from orders;\nalter table orders add unique (region);",
      old: { insert: "insert into orders (id, region) values ($1, 'fr')" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23505", line: 2 }],
      twin: { what: "an index that is not unique", change: "create index on orders (region);" },
      start: `
create table orders (id bigint not null, region text not null, amount integer) partition by list (region);
create table orders_eu partition of orders for values in ('fr', 'it');
create table orders_us partition of orders for values in ('us');`,
    },
  ],
};
