import { array, assert, asyncProperty, boolean, constantFrom, nat, record, string } from "fast-check";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mergeStatements } from "../merge.ts";
import { importWorkload, type Imported, type ImportOptions } from "./import-workload.ts";
import { numberParameters } from "./named-parameters.ts";
import { readGeneratedCode } from "./generated-code.ts";
import { readNamedSql } from "./named-sql.ts";
import { readSqlx } from "./sqlx.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ili-"));
});

afterAll(() => rm(directory, { recursive: true }));

async function imported(
  files: Readonly<Record<string, string>>,
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  const folder = await mkdtemp(join(directory, "case-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return importWorkload({ paths: [folder], samples: false, filter: {}, ...options });
}

function named({ statements }: { statements: readonly { name: string; sql: string }[] }): [string, string][] {
  return statements.map(({ name, sql }) => [name, sql]);
}

test.each([
  ["select * from t where a = @a and b = @b or a = @a", "select * from t where a = $1 and b = $2 or a = $1"],
  ["select sqlc.embed(t), sqlc.arg('a')::int, sqlc.narg(b), $1", "select t.*, $2::int, $3, $1"],
  [
    "select 1 from t where id in (sqlc.slice('ids')) limit sqlc.arg(limit)",
    "select 1 from t where id in ($1) limit $2",
  ],
  [
    "select a::text, :id, :id!, b[1:n], '@x', \":y\" from t where c=@c and d=:d",
    "select a::text, $1, $1, b[1:n], '@x', \":y\" from t where c=$2 and d=$3",
  ],
  [
    "select @ -5, a @> b, data ? 'k', %(name)s from t -- @no",
    "select @ -5, a @> b, data ? 'k', $1 from t -- @no",
  ],
  ["select 'unclosed", "select 'unclosed"],
])("parameters by name get numbers: %s", (sql, numbered) => {
  expect(numberParameters(sql)).toBe(numbered);
});

test("files of queries: names, annotations, and what is no query", () => {
  const read = readNamedSql(
    `-- name: GetAuthor :one
select id, name from authors where id = $1 limit 1; -- the one

-- name: CopyAuthors :copyfrom
INSERT INTO authors (name, "Bio") VALUES ($1, $2);
-- :name add-author :<!
insert into authors (name) values (:name) returning id;
/* @name FindPayments */
select id from payments where reference = :reference! and status = 'paid';
-- name: Broken :exec
selec 1;
-- name: Empty :exec

-- name: Migrate :exec
create table t (id int);
`,
    "queries/authors.sql",
  );
  expect(named(read)).toEqual([
    ["GetAuthor", "select id, name from authors where id = $1 limit 1"],
    ["CopyAuthors", 'copy authors (name, "Bio") from stdin (format binary)'],
    ["add-author", "insert into authors (name) values ($1) returning id"],
    ["FindPayments", "select id from payments where reference = $1 and status = 'paid'"],
  ]);
  expect(read.notImported).toEqual([
    { source: "queries/authors.sql:10", what: "Broken", why: 'syntax error at or near "selec"' },
    { source: "queries/authors.sql:12", what: "Empty", why: "there is no statement behind its name" },
    {
      source: "queries/authors.sql:14",
      what: "Migrate",
      why: "structural statements: they are changes, not workload",
    },
  ]);
});

test("a file without names is read statement by statement", () => {
  expect(named(readNamedSql("select 1 from t", "queries/find_t.sql"))).toEqual([
    ["find_t", "select 1 from t"],
  ]);
  expect(named(readNamedSql("select 1 from t; delete from u;", "a.sql"))).toEqual([
    ["select-t", "select 1 from t"],
    ["delete-u", "delete from u"],
  ]);
});

test("generated code gives what is sent to the letter", () => {
  const go = 'const getAuthor = `-- name: GetAuthor :one\nSELECT id, ` + "`" + `x` + "`" + ` FROM a`\n';
  expect(readGeneratedCode(go.replace('` + "`" + `x` + "`" + `', "name"), "a.sql.go").statements).toEqual([
    { name: "GetAuthor", sql: "SELECT id, name FROM a" },
  ]);
  expect(readGeneratedCode(go, "a.sql.go").notImported).toHaveLength(1);
  const python = 'LIST = """-- name: list_authors \\\\:many\nSELECT id FROM authors WHERE id > :p1\n"""\n';
  expect(named(readGeneratedCode(python, "query.py"))).toEqual([
    ["list_authors", "SELECT id FROM authors WHERE id > $1"],
  ]);
});

describe("sqlc", () => {
  const queries = {
    "sql/queries.sql":
      "-- name: GetAuthor :one\nselect * from authors where id = @id;\n-- name: Odd :one\nselekt;\n",
    "sql/schema.sql": "create table authors (id int);",
  };
  const two =
    'version: "2"\nsql:\n  - engine: postgresql\n    schema: sql/schema.sql\n    queries: [sql/queries.sql]\n    gen: {go: {package: db, out: db}}\n  - {engine: mysql, queries: my.sql}\n';

  test("its configuration says where the queries are; for * the generated code knows the columns", async () => {
    const without = await imported({ "sqlc.yaml": two, ...queries });
    expect(named(without)).toEqual([["GetAuthor", "select * from authors where id = $1"]]);
    expect(without.notImported.map(({ what, why }) => [what, why])).toEqual([
      ["Odd", 'syntax error at or near "selekt"'],
      ["my.sql", "it is for mysql"],
    ]);
    expect(without.notes).toEqual([expect.stringContaining("import the generated code")]);
    const code =
      "package db\nconst getAuthor = `-- name: GetAuthor :one\nselect id, name from authors where id = $1\n`\n";
    const withCode = await imported({ "sqlc.yaml": two, "db/queries.sql.go": code, ...queries });
    expect(named(withCode)).toEqual([["GetAuthor", "select id, name from authors where id = $1"]]);
    expect(withCode.notes).toEqual([]);
  });

  test("version 1 and JSON are read, too", async () => {
    const one = { version: "1", packages: [{ path: "db", queries: "sql", schema: "sql/schema.sql" }] };
    const read = await imported({
      "sqlc.json": JSON.stringify(one),
      "sql/a.sql": "-- name: A :one\nselect 1;",
    });
    expect(named(read)).toEqual([["A", "select 1"]]);
  });

  test("a configuration that names nothing is said", async () => {
    const read = await imported({ "sqlc.yaml": "version: [" });
    expect(read.notImported).toEqual([expect.objectContaining({ what: "sqlc" })]);
  });
});

describe("sqlx", () => {
  const query = {
    db_name: "PostgreSQL",
    query:
      "select id from payments where id = $1 and mood = $2 and tags = $3 and at > $4::timestamptz and x = $5",
    describe: {
      parameters: {
        Left: [
          "Int8",
          { Custom: { name: "mood", kind: { Enum: ["sad"] } } },
          "TextArray",
          "Timestamptz",
          "Unknown",
        ],
      },
    },
    hash: "ab",
  };
  const sql =
    "select id from payments where id = $1::bigint and mood = $2::mood and tags = $3::text[] and at > $4::timestamptz and x = $5";

  test("declares types to the server, and prepares every statement by name", async () => {
    const files = {
      ".sqlx/query-ab.json": JSON.stringify(query),
      ".sqlx/query-cd.json": "{",
      "src/main.rs": "",
    };
    const read = await imported(files);
    expect(read.statements).toEqual([{ name: "select-payments", sql, prepared: true }]);
    expect(read.notImported).toEqual([
      expect.objectContaining({ source: expect.stringContaining("query-cd") }),
    ]);
  });

  test("sqlx-data.json and queries of other databases", () => {
    const { hash, ...rest } = query;
    expect(readSqlx({ db: "PostgreSQL", [hash]: rest }, "sqlx-data.json").statements).toHaveLength(1);
    expect(readSqlx({ ...query, db_name: "MySQL" }, "q.json").notImported).toEqual([
      { source: "q.json", what: "query", why: "it is for MySQL" },
    ]);
  });
});

test("whatever a recording may have written comes back as it is", async () => {
  const texts = [
    "select a from t1",
    "select a from t2",
    "select $1",
    "insert into t values ($1, null)",
    "copy t from stdin",
    "selekt",
    "select 'é' from \"T\"",
  ];
  const statement = record({
    name: string({ minLength: 1, maxLength: 8 }),
    sql: constantFrom(...texts),
    prepared: boolean(),
    calls: nat(9),
  });
  await assert(
    asyncProperty(array(statement, { maxLength: 8 }), async (some) => {
      const statements = mergeStatements([], some);
      const workload = { format: "interlock-workload/1", app: "shop", version: "1", statements };
      expect((await imported({ "shop.json": JSON.stringify(workload) })).statements).toEqual(statements);
    }),
    { numRuns: 20 },
  );
});

test("a workload comes back with its samples", async () => {
  const statements = [
    { name: "a", sql: "select 1 from t where id = $1", prepared: true, calls: 3, samples: [["1"]] },
    { name: "b", sql: "select 2 from t", prepared: false, calls: 0 },
  ];
  const workload = { format: "interlock-workload/1", app: "shop", version: "1", statements };
  expect((await imported({ "shop.json": JSON.stringify(workload) })).statements).toEqual(statements);
});

test.each([
  ["a folder of nothing", { "a.txt": "hello" }, "source-not-known"],
  ["a workload that is none", { "w.json": '{"format":"interlock-workload/1"}' }, "workload-not-valid"],
])("%s is said", async (_, files, code) => {
  await expect(imported(files as Record<string, string>)).rejects.toMatchObject({ code });
});
