import { Client } from "pg";
import { expect, test } from "vitest";
import { useDatabase } from "../ship/testing-database.ts";
import { prepareStatements } from "./prepare-statements.ts";
import { searchPathOf } from "./search-path-of.ts";

const database = useDatabase();

test("the closest setting has the word, with the role's own name in it", async () => {
  const app = "interlock_test_app";
  await database.client.query(`drop role if exists ${app}; create role ${app} login`);
  await database.client.query(
    `create schema shop; create schema ${app}; grant usage on schema shop, ${app} to ${app}`,
  );
  await database.client.query("create table shop.payments (id integer)");
  const inDatabase = async (sql: string): Promise<void> => {
    const [row] = await database.rows<{ name: string }>("select quote_ident(current_database()) as name");
    await database.client.query(sql.replace("DATABASE", `database ${row?.name ?? ""}`));
  };
  const statement = [{ name: "list", sql: "select id from payments" }];
  expect(await searchPathOf(database.client, "shop@1")).toBeUndefined();
  const open = async (): Promise<{ path: string | undefined; real: string | undefined; refused: number }> => {
    const session = new Client({ ...database.connection, user: app, application_name: "shop@1" });
    await session.connect();
    const path = await searchPathOf(database.client, "shop@1");
    const { rows } = await session.query<{ real: string }>(
      "select array_to_string(current_schemas(false), ',') as real",
    );
    const { refused } = await prepareStatements(database.client, statement, { searchPath: path });
    await session.end();
    return { path, real: rows[0]?.real, refused: refused.length };
  };
  expect(await open()).toEqual({ path: `"${app}", public`, real: `${app},public`, refused: 1 });
  await inDatabase("alter DATABASE set search_path = shop");
  expect(await open()).toEqual({ path: "shop", real: "shop", refused: 0 });
  await database.client.query(`alter role ${app} set search_path = public`);
  expect(await open()).toEqual({ path: "public", real: "public", refused: 1 });
  await inDatabase(`alter role ${app} in DATABASE set search_path = "$user", shop`);
  expect(await open()).toEqual({ path: `"${app}", shop`, real: `${app},shop`, refused: 0 });
  await database.client.query(`drop owned by ${app}; drop role ${app}`);
});
