import type { TestChange } from "../../packages/interlock/src/plan/testing-change.ts";

/** A change, how its table is written by either version, and how pgroll says it; undefined where pgroll has no dual writing for it. */
export interface SyncChange {
  name: string;
  change: TestChange;
  pgroll: object[] | undefined;
  /** What a version writes: `$1` is the row's key; of several rows the key is `key`. */
  old: Statements;
  new: Statements;
}

export interface Statements {
  insert: string;
  update: string;
  /** 1,000 rows with keys from `$1` on. */
  insertMany: string;
  updateMany: string;
}

function statements(column: string, value: (key: string) => string): Statements {
  return {
    insert: `insert into payments (id, ${column}) values ($1::integer, ${value("$1::integer")})`,
    update: `update payments set ${column} = ${value("$1::integer + 1")} where id = $1::integer`,
    insertMany: `insert into payments (id, ${column}) select key, ${value("key")} from generate_series($1::integer, $1::integer + 999) as key`,
    updateMany: `update payments set ${column} = ${value("id + 1")} where id between $1::integer and $1::integer + 999`,
  };
}

const table = (column: string): string =>
  `create table payments (id integer primary key, ${column}, merchant text not null default 'mer_1', note text,
     created_at timestamptz not null default now());`;

export const changes: readonly SyncChange[] = [
  {
    name: "integer → bigint, under one name",
    change: {
      before: table("amount integer not null"),
      migration: "alter table payments alter amount type bigint",
    },
    pgroll: [
      {
        alter_column: {
          table: "payments",
          column: "amount",
          type: "bigint",
          up: "amount",
          down: "amount::integer",
        },
      },
    ],
    old: statements("amount", (key) => key),
    new: statements("amount", (key) => key),
  },
  {
    name: "boolean → status",
    change: {
      before: table("is_paid boolean not null default false"),
      migration: `-- interlock: up payments.status = (case when is_paid then 'paid' else 'open' end)
alter table payments add column status text not null;
-- interlock: down payments.is_paid = (status = 'paid')
alter table payments drop column is_paid;`,
    },
    pgroll: [
      {
        add_column: {
          table: "payments",
          column: { name: "status", type: "text", nullable: false },
          up: "case when is_paid then 'paid' else 'open' end",
        },
      },
      { drop_column: { table: "payments", column: "is_paid", down: "status = 'paid'" } },
    ],
    old: statements("is_paid", (key) => `${key} % 2 = 0`),
    new: statements("status", (key) => `case when ${key} % 2 = 0 then 'paid' else 'open' end`),
  },
  {
    name: "rename",
    change: {
      before: table("reference text not null"),
      migration: "alter table payments rename column reference to order_id",
    },
    pgroll: undefined,
    old: statements("reference", (key) => `'ref_' || ${key}`),
    new: statements("order_id", (key) => `'ref_' || ${key}`),
  },
];
