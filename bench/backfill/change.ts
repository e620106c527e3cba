// The table that is filled, and one change of it as both tools are given it: a mandatory column that is computed
// from the row.

export const table = `create table payments (
  id bigint primary key,
  merchant integer not null,
  amount_cents integer not null,
  currency text not null,
  reference text not null,
  created_at timestamptz not null default now(),
  note text
);
create index payments_merchant on payments (merchant, created_at);
create unique index payments_reference on payments (reference);
`;

/** Rows of about 120 bytes, in pages that are full. */
export const rows = `insert into payments
select i, i % 1000, (i * 37) % 100000, 'EUR', 'ref_' || md5(i::text), now() - i * interval '1 second',
       case when i % 5 = 0 then repeat('x', 60) end
  from generate_series(1, $1::integer) as i`;

export const migration = `alter table payments add column amount numeric(12,2);
update payments set amount = amount_cents / 100.0;
alter table payments alter column amount set not null;
`;

/** The same for pgroll. */
export const operations = {
  operations: [
    {
      add_column: {
        table: "payments",
        up: "amount_cents / 100.0",
        column: { name: "amount", type: "numeric(12,2)", nullable: false },
      },
    },
  ],
};

/** How many rows are not what they should be, whoever filled them. */
export function wrongRows(column: string): string {
  return `select count(*)::integer as wrong from payments where ${column} is distinct from amount_cents / 100.0`;
}
