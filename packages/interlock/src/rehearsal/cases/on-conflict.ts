import type { Subject } from "./case.ts";

export const onConflict: Subject = {
  name: "ON CONFLICT",
  start: `
create table customers (id bigint generated always as identity primary key, email text not null, name text, constraint customers_email unique (email));
create table scores (player bigint, game text, points integer not null default 0);
create unique index scores_once on scores (player, game);`,
  cases: [
    {
      what: "the unique index that it names is dropped",
      change: "alter table customers drop constraint customers_email;",
      old: { upsert: "insert into customers (email) values ($1) on conflict (email) do nothing" },
      finds: [{ code: "write-breaks", statement: "upsert", sqlstate: "42P10", line: 1 }],
      twin: {
        what: "it names none",
        old: { "quiet upsert": "insert into customers (email) values ($1) on conflict do nothing" },
      },
    },
    {
      what: "the unique index becomes a partial one",
      change:
        "drop index scores_once;\ncreate unique index scores_once on scores (player, game) where points > 0;",
      old: {
        score:
          "insert into scores (player, game, points) values ($1, $2, $3) on conflict (player, game) do update set points = excluded.points",
      },
      coming: {
        "score new":
          "insert into scores (player, game, points) values ($1, $2, $3) on conflict (player, game) where points > 0 do update set points = excluded.points",
      },
      finds: [{ code: "write-breaks", statement: "score", sqlstate: "42P10", line: 1 }],
      order: "app-first",
      twin: {
        what: "another one is put beside it",
        change: "create unique index on scores (player, game) where points > 0;",
      },
    },
    {
      what: "the unique index gets a column more",
      change: "create unique index scores_more on scores (player, game, points);\ndrop index scores_once;",
      old: {
        score:
          "insert into scores (player, game) values ($1, $2) on conflict (player, game) do update set points = scores.points + 1",
      },
      finds: [{ code: "write-breaks", statement: "score", sqlstate: "42P10", line: 2 }],
      twin: {
        what: "it becomes a constraint",
        change: "alter table scores add constraint scores_unique unique using index scores_once;",
      },
      start: `
create table scores (player bigint not null, game text not null, points integer not null default 0);
create unique index scores_once on scores (player, game);`,
    },
    {
      what: "an index over an expression takes its place",
      change:
        "create unique index customers_lower on customers (lower(email));\nalter table customers drop constraint customers_email;",
      old: {
        upsert:
          "insert into customers (email, name) values ($1, $2) on conflict (email) do update set name = excluded.name",
      },
      finds: [{ code: "write-breaks", statement: "upsert", sqlstate: "42P10", line: 2 }],
      twin: {
        what: "the index is made anew under another name",
        change: "create unique index customers_again on customers (email);",
      },
    },
    {
      what: "the constraint that it names is called something else",
      change: "alter table customers rename constraint customers_email to customers_email_key;",
      old: {
        upsert:
          "insert into customers (email) values ($1) on conflict on constraint customers_email do nothing",
      },
      finds: [{ code: "statement-breaks", statement: "upsert", sqlstate: "42704", line: 1 }],
      twin: {
        what: "it names the column",
        old: { "quiet upsert": "insert into customers (email) values ($1) on conflict (email) do nothing" },
      },
    },
    {
      what: "a unique key can be deferred now, and tells of conflicts too late",
      change:
        "alter table customers drop constraint customers_email;\nalter table customers add constraint customers_email unique (email) deferrable;",
      old: { upsert: "insert into customers (email) values ($1) on conflict (email) do nothing" },
      finds: [{ code: "write-breaks", statement: "upsert", sqlstate: "55000", line: 2 }],
      twin: {
        what: "a constraint gets a comment",
        change: "comment on constraint customers_email on customers is 'one account each';",
      },
    },
  ],
};
