import {
  type Arbitrary,
  array,
  boolean,
  constant,
  constantFrom,
  integer,
  jsonValue,
  oneof,
  record,
  string,
  uint8Array,
} from "fast-check";
import { printTree } from "../../packages/interlock/src/sql/testing-print.ts";
import type { Workload } from "../../packages/interlock/src/workload/workload.ts";
import { hostile } from "./hostile.ts";
import { tokens, trees } from "./corpus.ts";

/** One check of what nobody should trust. */
export interface Attack {
  kind: string;
  baseline: string;
  migration: string;
  workload: Workload;
}

export const soundBaseline = `create table things (id int primary key, name text);
create table parts (id int primary key, thing int not null references things, note text);`;

const oddLetters = constantFrom(
  ..."abcXYZ019_$ .,;:'\"`\\/%(){}[]-\n\t",
  "é",
  "ß",
  "𝕏",
  "😀",
  "\u200b",
  "\u200d",
  "\u202e",
  "\ufeff",
  "\u0301",
  "İ",
  "\u0001",
  "\0",
);
const oddName = oneof(
  string({ unit: oddLetters, minLength: 1, maxLength: 12 }),
  constantFrom(
    "x".repeat(63),
    "x".repeat(64),
    "é".repeat(31),
    "😀".repeat(16),
    '"',
    "''",
    "$1",
    "select",
    "--",
    "/*",
    "",
    "a.b",
    '"a"."b"',
    "pg_temp",
    "information_schema",
  ),
);
const quoted = oddName.map((name) => `"${name.replaceAll('"', '""')}"`);

type Tree = Record<string, unknown>;

/** A tree in which one place is another: a name, a number, a list, or a piece of another statement. */
function mutated(tree: unknown, { at, name, other }: { at: number; name: string; other: unknown }): unknown {
  let count = 0;
  const pieces: Tree[] = [];
  const gather = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if (!Array.isArray(node)) pieces.push(node as Tree);
    for (const member of Object.values(node)) gather(member);
  };
  gather(other);
  const change = (node: unknown): unknown => {
    count += 1;
    const here = count === at;
    if (typeof node === "string") return here ? name : node;
    if (typeof node === "number") return here ? node * 1_000_003 - 7 : node;
    if (typeof node === "boolean") return here ? !node : node;
    if (Array.isArray(node)) {
      const items = node.map(change);
      return here ? [...items, ...items].slice(0, 1 + (at % 5)) : items;
    }
    if (typeof node !== "object" || node === null) return node;
    if (here && pieces.length > 0) {
      const kind = Object.keys(node)[0] ?? "";
      return pieces.find((piece) => kind in piece) ?? pieces[at % pieces.length];
    }
    return Object.fromEntries(Object.entries(node).map(([key, member]) => [key, change(member)]));
  };
  return change(structuredClone(tree));
}

const statement = record({
  tree: constantFrom(...trees),
  other: constantFrom(...trees),
  name: oddName,
  places: array(integer({ min: 1, max: 60 }), { maxLength: 3 }),
}).map(({ tree, other, name, places }) => {
  try {
    const made = places.reduce<unknown>((before, at) => mutated(before, { at, name, other }), tree);
    return printTree(made);
  } catch {
    // Not every tree can be written as SQL.
    return printTree(tree);
  }
});

const statements = array(statement, { minLength: 1, maxLength: 5 }).map((all) => all.join(";\n"));
const soup = array(constantFrom(...tokens), { minLength: 1, maxLength: 40 }).map((all) => all.join(" "));
const noise = oneof(
  string({ unit: "binary", maxLength: 200 }),
  string({ unit: oddLetters, maxLength: 200 }),
  uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
);
const named = record({
  table: quoted,
  column: quoted,
  schema: quoted,
  type: constantFrom("int", "text", "varchar(3)", "jsonb", "int[]", "numeric(5,2)", "uuid"),
}).map(
  ({ table, column, schema, type }) =>
    `create schema ${schema}; create table ${schema}.${table} (id int primary key, ${column} ${type}); alter table ${schema}.${table} add column "n" int; comment on table ${schema}.${table} is 'x'; create view ${schema}."v" as select ${column} from ${schema}.${table};`,
);
const attackText = constantFrom(...Object.values(hostile));
const sound = constantFrom(
  "alter table things add column extra int",
  "alter table parts drop column note",
  "select 1",
  "",
);

const anySql = oneof(
  { weight: 5, arbitrary: statements },
  { weight: 2, arbitrary: soup },
  { weight: 1, arbitrary: noise },
  { weight: 2, arbitrary: named },
  { weight: 2, arbitrary: attackText },
);

const workload = (sql: Arbitrary<string>): Arbitrary<Workload> =>
  record({
    format: constant("interlock-workload/1" as const),
    app: oneof(
      constant("shop"),
      oddName.filter((name) => name !== ""),
    ),
    version: oneof(
      constant("1.0.0"),
      oddName.filter((name) => name !== ""),
    ),
    statements: array(
      record(
        {
          name: oneof(
            constant("s"),
            oddName.filter((name) => name !== ""),
          ),
          sql: sql.filter((text) => text !== ""),
          prepared: boolean(),
          samples: array(array(oneof(jsonValue(), oddName), { maxLength: 3 }), {
            maxLength: 3,
          }) as Arbitrary<never>,
        },
        { requiredKeys: ["name", "sql"] },
      ),
      { maxLength: 6 },
    ),
  });

const good: Workload = {
  format: "interlock-workload/1",
  app: "shop",
  version: "1.0.0",
  statements: [
    { name: "list", sql: "select id, name from things where id = $1", prepared: true },
    { name: "add", sql: "insert into things (id, name) values ($1, $2)" },
  ],
};

export const attacks: Arbitrary<Attack> = oneof(
  {
    weight: 4,
    arbitrary: record({
      kind: constant("migration"),
      baseline: constant(soundBaseline),
      migration: anySql,
      workload: constant(good),
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      kind: constant("baseline"),
      baseline: anySql.map((sql) => `${soundBaseline}\n${sql}`),
      migration: sound,
      workload: constant(good),
    }),
  },
  {
    weight: 3,
    arbitrary: record({
      kind: constant("workload"),
      baseline: constant(soundBaseline),
      migration: sound,
      workload: workload(oneof({ weight: 3, arbitrary: statement }, { weight: 2, arbitrary: anySql })),
    }),
  },
);
