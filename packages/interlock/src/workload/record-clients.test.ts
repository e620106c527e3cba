import { drizzle } from "drizzle-orm/node-postgres";
import { eq, sql as raw } from "drizzle-orm";
import { bigint, integer, pgTable, text } from "drizzle-orm/pg-core";
import { Client, Pool } from "pg";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestServer, recordWith, type TestServer } from "./test-server.ts";

let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
  await server.run(`
    create type mood as enum ('happy', 'sad');
    create table payments (id bigint primary key, reference text not null, amount_cents integer not null,
      status text not null default 'pending' check (status in ('pending', 'paid')), mood mood, at timestamptz default now());
    create table events_2024 (id int); create table events_2025 (id int);
    insert into payments (id, reference, amount_cents) select n, 'r' || n, n from generate_series(1, 100) n`);
});

afterAll(async () => {
  await server.close();
});

async function withClient(url: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

test("pg: simple, unnamed and named statements, with names from comments", async () => {
  const result = await recordWith(server, async (url) => {
    await withClient(url, async (client) => {
      await client.query("begin");
      await client.query("set local statement_timeout = 0");
      const { rows } = await client.query("select 1 as one; select id from payments where id = 2");
      expect(rows).toBeUndefined();
      await client.query("-- name: GetPayment :one\nselect * from payments where id = $1", [7]);
      for (const id of [1, 2, 3]) {
        const got = await client.query<{ id: string }>({
          name: "list",
          text: "select id, reference from payments where id > $1 order by id limit 5",
          values: [id],
        });
        expect(got.rows[0]?.id).toBe(String(id + 1));
      }
      await client.query("commit");
    });
  });
  expect(result.statements).toEqual(
    [
      { name: "GetPayment", sql: "select * from payments where id = $1", prepared: false, calls: 1 },
      { name: "select", sql: "select 1 as one", prepared: false, calls: 1 },
      {
        name: "select-payments-2",
        sql: "select id, reference from payments where id > $1 order by id limit 5",
        prepared: true,
        calls: 3,
      },
      {
        name: "select-payments",
        sql: "select id from payments where id = $1::integer",
        prepared: false,
        calls: 1,
      },
    ].toSorted((left, right) => (left.name < right.name ? -1 : 1)),
  );
  expect(result.connections).toBe(1);
  expect(result.unreadable).toEqual([]);
  expect(Object.fromEntries(result.leftOut.map(({ reason, count }) => [reason, count]))).toEqual({
    "transaction-control": 2,
    "session-setting": 1,
  });
});

test("values in simple statements become parameters; the schema's own words stay", async () => {
  const result = await recordWith(server, async (url) => {
    await withClient(url, async (client) => {
      await client.query(
        "select id from payments where reference = 'Ada Lovelace' and status = 'paid' and amount_cents > 4711",
      );
      await client.query(
        "select at from payments where mood = 'sad' and at > date '1815-12-10' order by 1 limit 3",
      );
      await client.query(
        "select date_trunc('day', at), count(*) from payments where reference <> 'Ada' group by date_trunc('day', at)",
      );
      await client.query(
        "insert into payments (id, reference, amount_cents) values (1001, 'Grace Hopper', -5)",
      );
      await client.query("select id from payments where reference = $1", ["Ada"]);
      await client.query("select id from payments where reference = 'Ada'");
      await client.query("copy (select 1 from payments where reference = 'Ada') to stdout");
    });
  });
  expect(JSON.stringify(result)).not.toMatch(/Ada|Grace|4711|1815|1001/);
  expect(result.statements.map(({ sql }) => sql)).toEqual(
    expect.arrayContaining([
      "select id from payments where reference = $1 and status = 'paid' and amount_cents > $2::integer",
      "select at from payments where mood = 'sad' and at > $1::date order by 1 limit 3",
      "select date_trunc($1, at), count(*) from payments where reference <> $2 group by date_trunc($1, at)",
      "insert into payments (id, reference, amount_cents) values ($1::integer, $2, $3::integer)",
      "copy (select 1 from payments where reference = '') to stdout",
    ]),
  );
  expect(result.statements).toHaveLength(6);
  expect(result.statements).toContainEqual(
    expect.objectContaining({ sql: "select id from payments where reference = $1", calls: 2 }),
  );
  await withClient(server.url, async (client) => {
    for (const { sql } of result.statements) {
      if (!sql.startsWith("copy")) await client.query(`prepare again as ${sql}; deallocate again`);
    }
  });
});

async function useWithValues(url: string): Promise<void> {
  await withClient(url, async (client) => {
    for (let id = 1; id <= 9; id += 1) {
      await client.query("select * from payments where id = $1 and reference is distinct from $2", [
        id % 7,
        null,
      ]);
    }
    await client.query("select id from payments where reference = 'Ada'");
  });
}

test("samples are kept when asked for, and only then", async () => {
  const without = await recordWith(server, useWithValues);
  expect(without.statements.every((statement) => statement.samples === undefined)).toBe(true);
  const result = await recordWith({ ...server, samples: true }, useWithValues);
  expect(result.statements.map(({ samples }) => samples)).toEqual([
    [
      ["1", null],
      ["2", null],
      ["3", null],
      ["4", null],
      ["5", null],
    ],
    [["Ada"]],
  ]);
});

test("postgres.js: pipelined, prepared, many connections at once", async () => {
  const result = await recordWith(server, async (url) => {
    const sql = postgres(url, { max: 16, fetch_types: false });
    const rows = await Promise.all(
      Array.from(
        { length: 300 },
        async (_, index) => sql`select reference from payments where id = ${(index % 100) + 1}`,
      ),
    );
    expect(rows.map(([row]) => String(row?.["reference"]))).toEqual(
      Array.from({ length: 300 }, (_, index) => `r${String((index % 100) + 1)}`),
    );
    await expect(sql`select nothing from payments`).rejects.toThrow(/nothing/);
    await sql.end();
  });
  expect(result.statements).toEqual([
    {
      name: "select-payments",
      sql: "select reference from payments where id = $1",
      prepared: true,
      calls: 300,
    },
  ]);
  expect(result.leftOut).toEqual([expect.objectContaining({ reason: "refused", count: 1 })]);
  expect(result.connections).toBe(16);
});

test("SQL-level prepare, cursors and failing data count; refused statements don't", async () => {
  const result = await recordWith({ ...server, samples: true }, async (url) => {
    await withClient(url, async (client) => {
      await client.query("prepare find (bigint) as select reference from payments where id = $1");
      await client.query("execute find(1)");
      await client.query("execute find(2)");
      await client.query("deallocate find");
      await client.query("begin");
      await client.query("declare c cursor for select amount_cents from payments");
      await client.query("fetch 10 from c");
      await client.query("rollback");
      await expect(
        client.query("insert into payments (id, reference, amount_cents) values ($1, $2, $3)", [1, "r", 1]),
      ).rejects.toMatchObject({ code: "23505" });
      await expect(client.query("select gone from payments")).rejects.toMatchObject({ code: "42703" });
      await expect(client.query("selec")).rejects.toMatchObject({ code: "42601" });
      await client.query("create table further (id int)");
      await client.query("drop table further");
    });
  });
  expect(
    result.statements.map(({ sql, prepared, calls, samples }) => ({ sql, prepared, calls, samples })),
  ).toEqual([
    {
      sql: "insert into payments (id, reference, amount_cents) values ($1, $2, $3)",
      prepared: false,
      calls: 1,
      samples: [["1", "r", "1"]],
    },
    { sql: "select amount_cents from payments", prepared: false, calls: 1, samples: undefined },
    {
      sql: "select reference from payments where id = $1",
      prepared: true,
      calls: 2,
      samples: [["1"], ["2"]],
    },
  ]);
  expect(Object.fromEntries(result.leftOut.map(({ reason, count }) => [reason, count]))).toEqual({
    "transaction-control": 2,
    "session-setting": 2,
    structural: 2,
    refused: 2,
  });
});

test("16 sessions at once through a unix socket get the same answers", async () => {
  const { readUpstream } = await import("./upstream.ts");
  const upstream = await readUpstream(server.socketUrl, {});
  const result = await recordWith({ upstream }, async (url) => {
    const pool = new Pool({ connectionString: url, max: 16 });
    const sums = await Promise.all(
      Array.from({ length: 160 }, async (_, index) =>
        pool.query<{ sum: string }>("select sum(n) from generate_series(1, $1::int) n", [index]),
      ),
    );
    expect(sums.map(({ rows }) => Number(rows[0]?.sum ?? 0))).toEqual(
      Array.from({ length: 160 }, (_, index) => (index * (index + 1)) / 2),
    );
    await pool.end();
  });
  expect(result.statements.map(({ calls }) => calls)).toEqual([160]);
  expect(result.connections).toBe(16);
});

test("statements that a change can tell apart are kept apart, although their fingerprint is the same", async () => {
  const result = await recordWith(server, async (url) => {
    await withClient(url, async (client) => {
      await client.query("update payments set mood = 'happy' where id = $1", [1]);
      await client.query("update payments set mood = 'sad' where id = $1", [1]);
      await client.query("update payments set mood = null where id = $1", [1]);
      await client.query("select id from public.payments where id = $1", [1]);
      await client.query("select id from payments where id = $1", [1]);
      await client.query("select id from payments where id in ($1, $2)", [1, 2]);
      await client.query("select id from payments where id in ($1, $2, $3)", [1, 2, 3]);
      await client.query("select count(*) from events_2024");
      await client.query("select count(*) from events_2025");
      await client.query("select concat(reference, status) from payments");
      await client.query("select concat(status, reference) from payments");
    });
  });
  expect(
    result.statements
      .map(({ sql, calls }) => [sql, calls] as const)
      .toSorted(([left], [right]) => (left < right ? -1 : 1)),
  ).toEqual([
    ["select concat(reference, status) from payments", 1],
    ["select concat(status, reference) from payments", 1],
    ["select count(*) from events_2024", 1],
    ["select count(*) from events_2025", 1],
    ["select id from payments where id = $1", 3],
    ["select id from public.payments where id = $1", 1],
    ["update payments set mood = 'happy' where id = $1", 1],
    ["update payments set mood = 'sad' where id = $1", 1],
    ["update payments set mood = null where id = $1", 1],
  ]);
});

test("Drizzle: what its query builder makes, through pg", async () => {
  const payments = pgTable("payments", {
    id: bigint({ mode: "number" }).primaryKey(),
    reference: text().notNull(),
    amountCents: integer("amount_cents").notNull(),
  });
  const result = await recordWith(server, async (url) => {
    await withClient(url, async (client) => {
      const database = drizzle({ client });
      await database.transaction(async (transaction) => {
        await transaction.insert(payments).values([
          { id: 2001, reference: "a", amountCents: 1 },
          { id: 2002, reference: "b", amountCents: 2 },
        ]);
        await transaction.update(payments).set({ amountCents: 3 }).where(eq(payments.id, 2001));
      });
      const byId = database
        .select({ id: payments.id })
        .from(payments)
        .where(eq(payments.id, raw.placeholder("id")));
      const prepared = byId.prepare("by_id");
      expect(await prepared.execute({ id: 2001 })).toEqual([{ id: 2001 }]);
      expect(await prepared.execute({ id: 2002 })).toEqual([{ id: 2002 }]);
      await database.delete(payments).where(raw`${payments.id} > 2000`);
    });
  });
  expect(result.statements.map(({ sql, prepared, calls }) => [sql, prepared, calls])).toEqual([
    ['delete from "payments" where "payments"."id" > $1::integer', false, 1],
    [
      'insert into "payments" ("id", "reference", "amount_cents") values ($1, $2, $3), ($4, $5, $6)',
      false,
      1,
    ],
    ['select "id" from "payments" where "payments"."id" = $1', true, 2],
    ['update "payments" set "amount_cents" = $1 where "payments"."id" = $2', false, 1],
  ]);
});
