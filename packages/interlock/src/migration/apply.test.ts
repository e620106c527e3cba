import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { parseStatements } from "../sql/parse.ts";
import { applyMigration } from "./apply.ts";
import type { Migration } from "./migration.ts";
import { runsInTransaction } from "./transactional.ts";

let shadow: Shadow;
let client: Client;
let database: string;

beforeAll(async () => {
  shadow = await openShadow();
});

afterAll(() => shadow.close());

beforeEach(async () => {
  database = await shadow.createDatabase();
  client = new Client(shadow.connection(database));
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await shadow.dropDatabase(database);
});

function migration(text: string): Migration {
  const statements = parseStatements(text, "m.sql");
  return { path: "m.sql", text, statements, transactional: runsInTransaction(statements) };
}

async function tables(): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relkind in ('r', 'i') and relnamespace = 'public'::regnamespace order by 1",
  );
  return rows.map(({ name }) => name);
}

describe("applying a migration", () => {
  test.each([false, true])(
    "leaves nothing of one that fails, and says where it did (watched: %s)",
    async (isWatched) => {
      const failing = migration("create table a (id int);\n\nselect 1,\n  nothing;\n");
      const after = isWatched ? () => Promise.resolve() : undefined;
      await expect(applyMigration(client, failing, after)).rejects.toMatchObject({
        code: "migration-does-not-apply",
        message: 'm.sql:4: 42703 column "nothing" does not exist',
        line: 4,
      });
      expect(await tables()).toEqual([]);
      expect(client.getTransactionStatus()).toBe("I");
    },
  );

  test("runs what can't be in a transaction by itself", async () => {
    await applyMigration(
      client,
      migration("create table a (id int); create index concurrently b on a (id);"),
    );
    expect(await tables()).toEqual(["a", "b"]);
  });

  test("uses a new enum value after the transaction that adds it", async () => {
    await applyMigration(client, migration("create type mood as enum ('glad'); create table a (m mood);"));
    await applyMigration(
      client,
      migration("alter type mood add value 'calm'; insert into a values ('calm');"),
    );
    expect((await client.query("select m from a")).rows).toEqual([{ m: "calm" }]);
  });

  test("refuses one that leaves its transaction open, and rolls back", async () => {
    await expect(applyMigration(client, migration("begin; create table a (id int);"))).rejects.toMatchObject({
      code: "migration-does-not-apply",
    });
    expect(await tables()).toEqual([]);
  });

  test("leaves no setting of the session behind", async () => {
    await applyMigration(client, migration("create schema other; set search_path = other;"));
    expect((await client.query("show search_path")).rows).toEqual([{ search_path: '"$user", public' }]);
  });

  test("finds a deferred constraint that speaks up at the end", async () => {
    const late = migration(
      "create table a (id int primary key, b int references a deferrable initially deferred);\ninsert into a values (1, 2);",
    );
    await expect(applyMigration(client, late)).rejects.toMatchObject({
      message: expect.stringContaining("23503") as string,
    });
  });

  test("tells of every statement inside its transaction", async () => {
    const seen: [string, string | null][] = [];
    await applyMigration(
      client,
      migration("create table a (id int);\ncreate table b (id int);"),
      ({ sql }) => {
        seen.push([sql, client.getTransactionStatus()]);
        return Promise.resolve();
      },
    );
    expect(seen).toEqual([
      ["create table a (id int)", "T"],
      ["create table b (id int)", "T"],
    ]);
  });
});
