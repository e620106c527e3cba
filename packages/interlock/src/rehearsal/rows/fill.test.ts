import { array, assert, asyncProperty, boolean, constantFrom, nat, option, record } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../../shadow/open-shadow.ts";
import { Sandbox } from "../sandbox.ts";
import type { WireSession } from "../wire-session.ts";
import { fillTables, type Filled } from "./fill.ts";

let shadow: Shadow;
let session: WireSession;

beforeAll(async () => {
  shadow = await openShadow();
  const sandbox = await Sandbox.open(shadow);
  session = await sandbox.session(await sandbox.createDatabase());
});

afterAll(async () => {
  await session.finish();
  await shadow.close();
});

/** Fills a schema made of these statements, and takes it away again. */
async function filled(sql: string): Promise<Filled> {
  await session.run("drop schema public cascade; create schema public");
  const { problem } = await session.run(sql);
  expect(problem).toBeUndefined();
  return fillTables(session);
}

const types = [
  "smallint",
  "integer",
  "bigint",
  "numeric",
  "numeric(6,2)",
  "real",
  "double precision",
  "money",
  "boolean",
  "text",
  "varchar(5)",
  "char(2)",
  "char",
  '"char"',
  "name",
  "bytea",
  "uuid",
  "json",
  "jsonb",
  "xml",
  "date",
  "time",
  "timetz",
  "timestamp",
  "timestamptz",
  "interval",
  "inet",
  "cidr",
  "macaddr",
  "macaddr8",
  "bit(4)",
  "varbit",
  "point",
  "line",
  "lseg",
  "box",
  "path",
  "polygon",
  "circle",
  "tsvector",
  "tsquery",
  "int4range",
  "numrange",
  "tstzrange",
  "daterange",
  "int4multirange",
  "text[]",
  "integer[]",
  "uuid[]",
  "mood",
  "mood[]",
  "small_amount",
  "slug",
];

const named = `
create type mood as enum ('glad', 'sad');
create domain small_amount as integer check (value between 5 and 7);
create domain slug as text check (value ~ '^[a-z]{3}-[0-9]+$');`;

describe("generated rows", () => {
  test.each(types)("of type %s", async (type) => {
    const { tables } = await filled(`${named} create table t (id int primary key, v ${type} not null);`);
    expect(tables).toEqual([{ table: "public.t", rows: 4 }]);
  });

  test.each([
    ["a condition on a text", "code text not null check (code ~ '^acc_[0-9A-Za-z]+$')"],
    ["a list of values", "state text not null check (state in ('open', 'done'))"],
    ["a length", "hash bytea not null unique check (octet_length(hash) = 32)"],
    ["two columns that go together", "a text, b text, check ((a is null) = (b is null)), check (a <> b)"],
    ["exactly one of several", "a int, b int, c int, check (num_nonnulls(a, b, c) = 1)"],
    ["a sum", "a int not null check (a > 0), b int not null check (b > 0), check (a + b <= 10)"],
    ["a generated column", "a int not null, b int generated always as (a * 2) stored"],
    ["an identity", "a bigint generated always as identity, b bigserial"],
    ["an exclusion", "during tstzrange not null, exclude using gist (during with &&)"],
    ["a mandatory reference to itself", "id int primary key, parent int not null references t (id)"],
  ])("satisfy %s", async (_, columns) => {
    const { tables } = await filled(`create table t (${columns});`);
    expect(tables).toEqual([{ table: "public.t", rows: 4 }]);
  });

  test("fit their partitions", async () => {
    const { tables } = await filled(`
      create table t (at date not null, v int) partition by range (at);
      create table t_2031 partition of t for values from ('2031-01-01') to ('2032-01-01');`);
    expect(tables).toEqual([{ table: "public.t", rows: 4 }]);
  });

  test("are listed as missing, with the reason, where PostgreSQL takes none", async () => {
    const { tables } = await filled("create table t (a int not null check (a * a = 1000003));");
    expect(tables).toEqual([
      { table: "public.t", rows: 0, reason: expect.stringContaining("23514") as string },
    ]);
    const circle = await filled(`
      create table a (id int primary key); create table b (id int primary key, a int not null references a);
      alter table a add column b int not null references b;`);
    expect(circle.tables.map(({ rows, reason }) => [rows, reason])).toEqual([
      [0, "its mandatory foreign keys lead round in a circle"],
      [0, "its mandatory foreign keys lead round in a circle"],
    ]);
  });

  test("stand in every table of a random schema, or the table is listed", async () => {
    const column = record({
      type: constantFrom(...types),
      isNotNull: boolean(),
      isUnique: boolean(),
      refersTo: option(nat(5), { nil: undefined }),
    });
    const schema = array(array(column, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });
    await assert(
      asyncProperty(schema, async (tables) => {
        const sql = tables.map((columns, index) => {
          const parts = columns.map(({ type, isNotNull, isUnique, refersTo }, position) => {
            const target = refersTo === undefined || refersTo > index ? undefined : refersTo;
            return `c${String(position)} ${target === undefined ? type : `int references t${String(target)}`}${isNotNull && target !== index ? " not null" : ""}${isUnique && target !== undefined ? " unique" : ""}`;
          });
          return `create table t${String(index)} (id int primary key, ${parts.join(", ")});`;
        });
        const result = await filled(named + sql.join("\n"));
        expect(result.tables).toHaveLength(tables.length);
        for (const { table, rows, reason } of result.tables) {
          const count = await session.execute(`select count(*) from ${table}`);
          expect(Number(count.rows[0]?.[0])).toBe(rows);
          expect(rows > 0 || reason !== undefined).toBe(true);
          // Nothing in these schemas is out of reach.
          expect({ table, reason }).toEqual({ table, reason: undefined });
        }
      }),
      { numRuns: 25 },
    );
  });
});
