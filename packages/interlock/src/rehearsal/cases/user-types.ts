import type { Subject } from "./case.ts";

export const userTypes: Subject = {
  name: "enums, domains and composite types",
  start: `
create type mood as enum ('good', 'fair', 'bad');
create domain code as text check (length(value) < 40);
create domain percent as integer default 5;
create type address as (street text, city text);
create table people (id bigint generated always as identity primary key, mood mood not null default 'good', code code, share percent, home address, moods mood[]);`,
  cases: [
    {
      what: "a value of an enum is called something else",
      change: "alter type mood rename value 'fair' to 'so-so';",
      old: { set: "update people set mood = 'fair' where id = $1" },
      coming: { "set new": "update people set mood = 'so-so' where id = $1" },
      finds: [
        { code: "statement-breaks", statement: "set", sqlstate: "22P02", line: 1 },
        {
          code: "statement-breaks",
          statement: "set new",
          sqlstate: "22P02",
          severity: "note",
          when: "before-change",
        },
      ],
      order: "split",
      twin: { what: "a value is added", change: "alter type mood add value 'great';" },
    },
    {
      what: "a value that was seen is no longer one of an enum",
      change: `alter type mood rename to mood_was;
create type mood as enum ('good', 'bad');
update people set mood = 'good' where mood = 'fair';
alter table people drop column moods, alter mood drop default, alter mood type mood using mood::text::mood, alter mood set default 'good';
drop type mood_was;`,
      old: {
        set: {
          sql: "update people set mood = $2 where id = $1",
          samples: [
            ["1", "fair"],
            ["1", "bad"],
          ],
        },
      },
      finds: [
        { code: "write-breaks", statement: "set", sqlstate: "22P02", line: 4 },
        { code: "cached-plan-breaks", statement: "set", severity: "warning", sqlstate: "XX000", line: 4 },
      ],
      twin: {
        what: "what is written is one that stays",
        old: { "quiet set": "update people set mood = 'bad' where id = $1" },
      },
    },
    {
      what: "a domain gets a condition",
      change: "alter domain code add constraint short check (length(value) < 3) not valid;",
      old: { insert: { sql: "insert into people (code) values ($1)", samples: [["long"]] } },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23514", line: 1 }],
      twin: {
        what: "one that what is written meets",
        change: "alter domain code add constraint filled check (value <> '') not valid;",
      },
    },
    {
      what: "a domain may not be empty",
      change: "update people set share = 1 where share is null;\nalter domain percent set not null;",
      old: { clear: "update people set share = null where id = $1" },
      finds: [{ code: "write-breaks", statement: "clear", sqlstate: "23502", line: 2 }],
      twin: { what: "it has another default", change: "alter domain percent set default 7;" },
    },
    {
      what: "a domain's default goes, and nothing but it filled the column",
      start:
        "create domain percent as integer default 5 not null;\ncreate table shares (id bigint generated always as identity primary key, share percent, note text);",
      change: "alter domain percent drop default;",
      old: { insert: "insert into shares (note) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23502", line: 1 }],
      twin: {
        what: "the column has one of its own",
        change: "alter table shares alter share set default 6;",
      },
    },
    {
      what: "a column is of a domain now",
      start:
        "create domain email as text check (value like '%@%');\ncreate table people (id bigint generated always as identity primary key, email text);",
      change: "update people set email = null;\nalter table people alter email type email;",
      old: { insert: { sql: "insert into people (email) values ($1)", samples: [["nobody"]] } },
      finds: [
        { code: "write-breaks", statement: "insert", sqlstate: "23514", line: 2 },
        { code: "result-changes", statement: "insert", line: 2 },
      ],
      twin: {
        what: "what is written is one",
        old: { "quiet insert": "insert into people (email) values ('a@example.com')" },
      },
    },
    {
      what: "a field of a composite type is called something else",
      change: "alter type address rename attribute city to town;",
      old: { city: "select (home).city from people where id = $1" },
      finds: [{ code: "statement-breaks", statement: "city", sqlstate: "42703", line: 1 }],
      twin: {
        what: "a field is added behind them",
        change: "alter type address add attribute country text;",
        old: { city: "select (home).city from people where id = $1" },
      },
    },
    {
      what: "a row for a composite type has a field too few",
      change: "alter type address add attribute country text;",
      old: { move: "update people set home = row($2, $3)::address where id = $1" },
      finds: [{ code: "statement-breaks", statement: "move", sqlstate: "42846", line: 1 }],
      twin: {
        what: "its fields are set by name",
        old: { "quiet move": "update people set home.street = $2, home.city = $3 where id = $1" },
      },
    },
    {
      what: "an enum becomes a text, and a list of it can't be compared",
      change: "alter table people alter mood drop default, alter mood type text using mood::text;",
      old: { some: "select id from people where mood = any ($1::mood[])" },
      finds: [{ code: "statement-breaks", statement: "some", sqlstate: "42883", line: 1 }],
      twin: {
        what: "the list is of texts",
        old: { "quiet some": "select id from people where mood::text = any ($1::text[])" },
      },
    },
    {
      what: "a type is dropped with the column that is of it",
      change: "drop type address cascade;",
      old: { home: "select home from people where id = $1" },
      finds: [{ code: "statement-breaks", statement: "home", sqlstate: "42703", line: 1 }],
      twin: {
        what: "a type that nothing is of",
        change: "create type unused as enum ('a');\ndrop type unused;",
      },
    },
  ],
};
