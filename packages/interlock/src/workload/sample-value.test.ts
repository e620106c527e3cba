import { afterAll, beforeAll, expect, test } from "vitest";
import { Client } from "pg";
import { sampleValue } from "./sample-value.ts";
import { openTestServer, type TestServer } from "./test-server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
});

afterAll(async () => {
  await server.close();
});

test("PostgreSQL's own binary values are read as what they are", async () => {
  const values: [string, string, number][] = [
    ["smallint '-7'", "int2send", 21],
    ["integer '2147483647'", "int4send", 23],
    ["bigint '-9223372036854775807'", "int8send", 20],
    ["real '1.5'", "float4send", 700],
    ["double precision '-0.1'", "float8send", 701],
    ["boolean 'true'", "boolsend", 16],
    ["boolean 'false'", "boolsend", 16],
    ["text 'naïve'", "textsend", 25],
    ["bytea '\\x00ff'", "byteasend", 17],
    ["uuid '0189aa00-1111-7222-8333-444455556666'", "uuid_send", 2950],
    [`jsonb '{"a": [1, null]}'`, "jsonb_send", 3802],
    ["date '1815-12-10'", "date_send", 1082],
    ["date 'infinity'", "date_send", 1082],
    ["timestamptz '2024-12-17 14:17:00.000001+01'", "timestamptz_send", 1184],
    ["timestamp '1969-12-31 23:59:59.5'", "timestamp_send", 1114],
    ["timestamptz '-infinity'", "timestamptz_send", 1184],
  ];
  const client = new Client({ connectionString: server.url });
  await client.connect();
  for (const [sql, send, oid] of values) {
    const { rows } = await client.query<{ bytes: Buffer; type: string }>(
      `select ${send}(${sql}) as bytes, pg_typeof(${sql})::text as type`,
    );
    const [row] = rows;
    const read = sampleValue({ format: "binary", bytes: row?.bytes ?? Buffer.alloc(0) }, oid);
    const same = await client.query<{ same: boolean }>(
      `select $1::${row?.type ?? ""} is not distinct from ${sql} as same`,
      [read],
    );
    expect([sql, typeof read, same.rows[0]?.same]).toEqual([sql, "string", true]);
  }
  await client.end();
});

test("what can't be read is said to be unknown, never guessed", () => {
  expect(sampleValue(null, 23)).toBeNull();
  expect(sampleValue({ format: "text", bytes: Buffer.from("x") }, 0)).toBe("x");
  expect(sampleValue({ format: "text", bytes: Buffer.from([0xff]) }, 25)).toBeUndefined();
  expect(sampleValue({ format: "binary", bytes: Buffer.from([1, 2]) }, 23)).toBeUndefined();
  expect(sampleValue({ format: "binary", bytes: Buffer.from([1, 2]) }, 1700)).toBeUndefined();
});
