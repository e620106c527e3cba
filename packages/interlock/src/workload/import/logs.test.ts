import { array, assert, asyncProperty, constantFrom, integer, oneof, string } from "fast-check";
import { gzipSync } from "node:zlib";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importWorkload, type Imported, type ImportOptions } from "./import-workload.ts";
import type { ImportKind } from "./kinds.ts";
import { parametersIn } from "./log-parameters.ts";

let directory: string;
let files = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "ill-"));
});

afterAll(() => rm(directory, { recursive: true }));

/** One message of a server, to be written in each of its formats. */
interface Message {
  severity?: string;
  sqlstate?: string;
  message: string;
  detail?: string;
  statement?: string;
  database?: string;
  application?: string;
  session?: string;
}

function quoted(text: string): string {
  return text === "" ? "" : `"${text.replaceAll('"', '""')}"`;
}

function asCsv({
  severity = "LOG",
  sqlstate = "00000",
  message,
  detail = "",
  statement = "",
  ...one
}: Message): string {
  const { database = "shop", application = "shop@1", session = "6b0a3ad2.e0f" } = one;
  return `2026-11-28 02:22:10.717 UTC,"app",${quoted(database)},3599,"127.0.0.1:57216",${session},2,"idle",2026-11-28 02:22:10 UTC,1/3,0,${severity},${sqlstate},${quoted(message)},${quoted(detail)},,,,,${quoted(statement)},,,${quoted(application)},"client backend",,0\n`;
}

function asJson({ severity = "LOG", sqlstate, message, detail, statement, ...one }: Message): string {
  const { database = "shop", application = "shop@1", session = "6b0a3ad2.e0f" } = one;
  return `${JSON.stringify({ timestamp: "2026-11-28 02:22:11.125 UTC", user: "app", dbname: database, session_id: session, error_severity: severity, state_code: sqlstate, message, detail, statement, application_name: application, backend_type: "client backend" })}\n`;
}

function asText({ severity = "LOG", message, detail, statement, ...one }: Message): string {
  const { database = "shop", application = "shop@1" } = one;
  const prefix = `2026-11-28 02:22:10.675 UTC [3599] app@${database}/${application} `;
  const line = (word: string, text: string | undefined): string =>
    text === undefined ? "" : `${prefix}${word}:  ${text.replaceAll("\n", "\n\t")}\n`;
  return line(severity, message) + line("DETAIL", detail) + line("STATEMENT", statement);
}

const formats = { csvlog: asCsv, jsonlog: asJson, log: asText };

async function imported(
  content: string | Buffer,
  options: Partial<ImportOptions> & { name?: string } = {},
): Promise<Imported> {
  files += 1;
  const path = join(directory, `${String(files)}${options.name ?? ".log"}`);
  await writeFile(path, content);
  return importWorkload({ paths: [path], samples: false, filter: {}, ...options });
}

const session: Message[] = [
  { message: "connection authorized: user=app database=shop application_name=shop@1" },
  { message: "statement: select id from orders where name = 'Ada \"L\"'\n  and id = 4711" },
  {
    message: "execute <unnamed>: -- name: FindOrder :one\nselect id from orders where id = $1",
    detail: "Parameters: $1 = '7'",
  },
  { message: "duration: 0.101 ms  parse byname: select at from orders where name = $1" },
  {
    message: "duration: 0.101 ms  bind byname: select at from orders where name = $1",
    detail: "parameters: $1 = 'O''Hara\nx'",
  },
  {
    message: "duration: 0.632 ms  execute byname: select at from orders where name = $1",
    detail: "parameters: $1 = 'O''Hara\nx'",
  },
  { message: "execute fetch from byname/c: select at from orders where name = $1" },
  { message: "statement: select gone from orders" },
  {
    severity: "ERROR",
    sqlstate: "42703",
    message: 'column "gone" does not exist',
    statement: "select gone from orders",
  },
  { severity: "ERROR", sqlstate: "42601", message: 'syntax error at or near "selec"', statement: "selec 1" },
  { message: "statement: insert into orders values (1)" },
  {
    severity: "ERROR",
    sqlstate: "23505",
    message: "duplicate key value",
    detail: "Key (id)=(1) already exists.",
    statement: "insert into orders values (1)",
  },
  {
    message: "statement: execute p(3)",
    detail: "prepare: prepare p as select name from orders where id = $1",
  },
  { message: "duration: 2.000 ms" },
  { message: "duration: 3.1 ms  plan:\nQuery Text: select 1\nResult  (cost=0.00..0.01 rows=1 width=4)" },
  { message: "statement: begin" },
];

describe.each(Object.entries(formats))("a log as %s", (kind, write) => {
  test("gives the statements that the server took, without their values", async () => {
    const read = await imported(session.map(write).join(""));
    expect(read.sources.map((source) => source.kind)).toEqual([kind]);
    expect(read.statements).toEqual([
      { name: "FindOrder", sql: "select id from orders where id = $1", prepared: false, calls: 1 },
      { name: "insert-orders", sql: "insert into orders values (1)", prepared: false, calls: 1 },
      { name: "select-orders", sql: "select at from orders where name = $1", prepared: true, calls: 1 },
      {
        name: "select-orders-2",
        sql: "select id from orders where name = $1\n  and id = $2::integer",
        prepared: false,
        calls: 1,
      },
      { name: "select-orders-3", sql: "select name from orders where id = $1", prepared: true, calls: 1 },
    ]);
    expect(Object.fromEntries(read.leftOut.map(({ reason, count }) => [reason, count]))).toEqual({
      refused: 2,
      "transaction-control": 1,
      "duration-only": 1,
      "auto-explain": 1,
    });
    expect(JSON.stringify(read)).not.toMatch(/Ada|Hara|4711/);
  });

  test("keeps values only when asked to", async () => {
    const read = await imported(session.map(write).join(""), { samples: true });
    expect(read.statements.map(({ samples }) => samples)).toEqual([
      [["7"]],
      undefined,
      [["O'Hara\nx"]],
      [['Ada "L"', "4711"]],
      [["3"]],
    ]);
  });

  test("of several databases one has to be chosen", async () => {
    const two = [
      { message: "statement: select 1 from a" },
      { message: "statement: select 1 from b", database: "other" },
    ];
    const text = two.map(write).join("");
    await expect(imported(text)).rejects.toMatchObject({
      code: "several-databases",
      why: "shop: 1, other: 1",
    });
    const read = await imported(text, { filter: { database: "other" } });
    expect(read.statements.map(({ sql }) => sql)).toEqual(["select 1 from b"]);
  });

  test("that ends or breaks off anywhere gives what is whole", async () => {
    const text = Buffer.from(session.map(write).join(""));
    await assert(
      asyncProperty(
        integer({ min: 0, max: text.length }),
        integer({ min: 0, max: text.length }),
        async (left, right) => {
          const [from, to] = [Math.min(left, right), Math.max(left, right)];
          // A server that was killed left half of a message; the next one wrote on behind it.
          const broken = Buffer.concat([text.subarray(0, from), Buffer.from("\n"), text.subarray(to), text]);
          const read = await imported(broken, { kind: kind as ImportKind, filter: { database: "shop" } });
          expect(read.statements.map(({ sql }) => sql)).toEqual(
            expect.arrayContaining([
              "select id from orders where id = $1",
              "select name from orders where id = $1",
            ]),
          );
        },
      ),
      { numRuns: 12 },
    );
  });
});

test("logs packed with gzip are read, and sessions told apart", async () => {
  const packed = gzipSync(session.map(asCsv).join(""));
  expect((await imported(packed, { name: ".csv.gz" })).statements).toHaveLength(5);
  const one = { message: "statement: select one from t" };
  const refusal = {
    severity: "ERROR",
    sqlstate: "42P01",
    message: "no",
    statement: "select one from t",
    session: "b",
  };
  // The error is another session's.
  const read = await imported(
    [{ ...one, session: "a" }, { ...one, session: "b" }, refusal].map(asCsv).join(""),
  );
  expect(read.statements).toEqual([expect.objectContaining({ sql: "select one from t", calls: 1 })]);
});

test("applications are told, and one can be chosen", async () => {
  const text = [
    { message: "statement: select 1 from a" },
    { message: "statement: select 1 from b", application: "psql" },
  ]
    .map(asCsv)
    .join("");
  expect((await imported(text)).notes).toEqual([expect.stringContaining("shop@1 (1), psql (1)")]);
  const read = await imported(text, { filter: { application: "shop@1" } });
  expect(read.statements.map(({ sql }) => sql)).toEqual(["select 1 from a"]);
});

test("many texts of one shape are one statement; a position in order by is none of its values", async () => {
  const texts = Array.from(
    { length: 300 },
    (_, index) =>
      `statement: select a, b, c from t where id = ${String(1000 + index)} order by ${String(1 + (index % 3))}`,
  );
  const read = await imported(texts.map((message) => asJson({ message })).join(""));
  expect(read.statements.map(({ sql, calls }) => [sql, calls])).toEqual(
    [1, 2, 3].map((at) => [`select a, b, c from t where id = $1::integer order by ${String(at)}`, 100]),
  );
});

test("nothing that is no log makes it fall", async () => {
  const pieces = [
    '"',
    ",",
    "\n",
    "\t",
    "LOG:  statement: select 1\n",
    asCsv({ message: "statement: select '1' from t" }),
    asJson({ message: "execute a: select $1" }),
    "{",
    "2026-11-28 02:22:10.717 UTC,",
    "\uFFFD",
    "\0",
    "😀",
  ];
  await assert(
    asyncProperty(
      array(oneof(constantFrom(...pieces), string({ maxLength: 40 })), { maxLength: 30 }),
      constantFrom<ImportKind>("csvlog", "jsonlog", "log", "sql", "code"),
      async (parts, kind) => {
        const read = await imported(parts.join(""), { kind, filter: { database: "shop" } });
        expect(read.statements.every(({ sql }) => sql !== "")).toBe(true);
      },
    ),
    { numRuns: 25 },
  );
});

test.each([
  ["Parameters: $1 = '7', $2 = NULL, $3 = 'it''s, $4 = ''x'''", ["7", null, "it's, $4 = 'x'"]],
  ["parameters: $1 = ''", [""]],
  ["parameters: $1 = 'cut...'", undefined],
  ["parameters: $1 = 'x", undefined],
  ["Key (id)=(1) already exists.", undefined],
])("parameters in a log: %s", (detail, values) => {
  expect(parametersIn(detail)).toEqual(values);
});
