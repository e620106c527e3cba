import * as fc from "fast-check";
import { quoteIdentifier } from "../../sql/quote.ts";

const types = [
  "integer",
  'text collate "C"',
  "numeric(10, 2)",
  "varchar(20)",
  "timestamptz(3)",
  "mood",
  "mood[]",
  "short",
  "pair",
  "bytea",
  "interval day to second",
  "bit varying(5)",
] as const;

const tables = fc.array(
  fc.record({
    name: fc.constantFrom("a", "B", "select", "two words", "ünï", 'quo"te'),
    columns: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom("x", "Y", "order", "z z", "é"),
        type: fc.constantFrom(...types),
        extra: fc.constantFrom("", "not null", "unique", "check (true)", "default null", "references anchor"),
      }),
      { selector: ({ name }) => name, minLength: 1, maxLength: 5 },
    ),
    kind: fc.constantFrom("", " inherits (anchor)", " partition by list (id)"),
    after: fc.constantFrom("", "index", "view", "policy", "comment", "trigger", "grant"),
  }),
  { minLength: 1, maxLength: 3 },
);

type Tables = typeof tables extends fc.Arbitrary<infer Value> ? Value : never;

/** For tests only: schemas of a few tables with whatever a column or a table may have, as texts to be run. */
export const randomSchema = tables.map((all) => [ground, ...all.map(tableText)]);

const ground = `create type mood as enum ('calm', 'not ''calm''');
  create domain short as varchar(9) check (value <> ';');
  create type pair as (one integer, two mood);
  create table anchor (id integer primary key, m mood default 'calm');
  create function f() returns trigger language plpgsql as $f$ begin return new; end $f$;`;

function tableText({ name, columns, kind, after }: Tables[number], index: number): string {
  const table = quoteIdentifier(`${name}${String(index)}`);
  const listed = columns.map((column) => {
    // A key of a partitioned table holds what it is divided by, and only an integer points at the anchor.
    const fits =
      column.extra === "references anchor"
        ? column.type === "integer"
        : column.extra !== "unique" || !kind.includes("partition");
    return `${quoteIdentifier(column.name)} ${column.type} ${fits ? column.extra : ""}`;
  });
  // What inherits from the anchor has its id already.
  const id = kind.includes("inherits") ? "k integer" : "id integer default 3 not null";
  const column = quoteIdentifier(columns[0]?.name ?? "id");
  const part = kind.includes("partition")
    ? `create table "p of ${String(index)}" partition of ${table} for values in (1, 2);`
    : "";
  const more: Readonly<Record<string, string>> = {
    index: `create index on ${table} (${column}) where id > 3`,
    view: `create view "v ${String(index)}" as select id, ${column} as "as" from ${table}`,
    policy: `alter table ${table} enable row level security; create policy "p p" on ${table} using (id > 1)`,
    comment: `comment on column ${table}.${column} is 'it''s \\ ;'`,
    trigger: `create trigger "t t" before insert on ${table} for each row execute function f()`,
    grant: `grant select (id), update on ${table} to rich_reader, public`,
  };
  return `create table ${table} (${[id, ...listed].join(", ")})${kind}; ${part} ${more[after] ?? ""}`;
}
