import { expect, test } from "vitest";
import { parseStatements } from "../sql/parse.ts";
import { scriptsOf } from "./layouts/sqitch.ts";
import { withoutPsql } from "./psql.ts";

const dump = (body: string): string =>
  `--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n${body}\n\\unrestrict abc\n`;

test.each([
  ["what psql prints", "\\timing on\n\\echo 'it''s \\\\ here'\nselect 1;", "\n\nselect 1;"],
  ["a stop at errors", "\\set ON_ERROR_STOP on\nselect 1;", "\nselect 1;"],
  [
    "variables that the file sets",
    "\\set t orders\n\\set n 'it''s'\nselect :'n' from :t, :\"t\";",
    "\n\nselect 'it''s' from orders, \"orders\";",
  ],
  [
    "casts, slices and variables that it does not set",
    "\\set x 1\nselect a::x, b[1:2], :y;",
    "\nselect a::x, b[1:2], :y;",
  ],
])("reads %s", (_, text, sql) => {
  expect(withoutPsql(text, "1.sql")).toBe(sql);
});

test.each([
  "select '\n\\copy t from x\n', E'\\'\n\\i x', $a$\n\\i b\n$a$, \"\n\\i c\" -- \\i d\n;",
  "/* \\i a /* \n\\i b */\n\\i c */ select 1;",
  "create function f() returns void language plpgsql as $$ begin copy t from stdin; end $$;",
])("leaves what is no command as it is: %s", (text) => {
  expect(withoutPsql(text, "1.sql")).toBe(text);
});

test.each([
  ["select 1;\n\\i other.sql\n", /1\.sql:2: \\i other\.sql is for psql/],
  ["\\connect other\n", /1\.sql:1: \\connect other/],
  ["select 1 \\gexec\n\\echo x\n", /1\.sql:1: \\gexec/],
  ["\n\ncopy t (a) from stdin;\n1\n\\.\n", /1\.sql:3: copy … from stdin/],
])("refuses what only psql can do: %s", (text, message) => {
  expect(() => withoutPsql(text, "1.sql")).toThrowError(message);
});

test("of a dump, rows and what belongs to its server are left out, and lines keep their numbers", () => {
  const text = dump(`SET transaction_timeout = 0;
\\connect shop
CREATE SCHEMA public;
ALTER TABLE public.t OWNER TO shop_owner;
CREATE TABLE public.t (
    a text DEFAULT ';'::text
);
COPY public.t (a) FROM stdin;
it's; $$ \\N
COPY x FROM stdin;
\\.
CREATE INDEX i ON public.t (a);
CREATE PUBLICATION p FOR ALL TABLES;`);
  const sql = withoutPsql(text, "dump.sql");
  expect(sql.split("\n")).toHaveLength(text.split("\n").length);
  expect(
    parseStatements(sql, "dump.sql").map(({ sql: one, line }) => [line, one.split("\n").at(-1)]),
  ).toMatchObject([
    [expect.any(Number), ")"],
    [expect.any(Number), "CREATE INDEX i ON public.t (a)"],
  ]);
});

test("a plan of Sqitch names its scripts, those of reworked changes by their tag", () => {
  const plan = `%syntax-version=1.0.0
%project=shop

schemas/app 2024-01-01T00:00:00Z A <a@example.org> # one
+ orders [schemas/app] 2024-01-01T00:00:00Z A <a@example.org>
@v1 2024-01-01T00:00:00Z A <a@example.org> # released
state [orders] 2024-01-01T00:00:00Z A <a@example.org>
orders [orders@v1] 2024-01-01T00:00:00Z A <a@example.org> # again`;
  expect(scriptsOf(plan)).toEqual(["schemas/app.sql", "orders@v1.sql", "state.sql", "orders.sql"]);
});
