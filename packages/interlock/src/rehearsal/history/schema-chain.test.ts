import { array, assert, constantFrom, nat, property } from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Migration } from "../../migration/migration.ts";
import { migrationsOf } from "../../migration/read.ts";
import { openShadow, type Shadow } from "../../shadow/open-shadow.ts";
import { makeTestingCache } from "../../shadow/testing-cache.ts";
import { SchemaChain, stateKeys } from "./schema-chain.ts";

test("a text that changes makes the state behind it and all later ones others, and no earlier one", () => {
  const texts = array(constantFrom<string[]>("", "a", "b", "ab", "\0"), { minLength: 1, maxLength: 8 });
  assert(
    property(texts, nat(), (before, place) => {
      const at = place % before.length;
      const after = before.with(at, `${before[at] ?? ""} `);
      const [one, other] = [stateKeys(before), stateKeys(after)];
      one.forEach((key, index) => expect(key === other[index]).toBe(index < at));
      expect(new Set(one).size).toBe(one.length);
    }),
  );
});

test("states are told apart by where one text ends and the next begins", () => {
  expect(stateKeys(["a", "b"]).at(-1)).not.toBe(stateKeys(["ab"]).at(-1));
  expect(stateKeys(["a", "b"]).at(-1)).not.toBe(stateKeys(["a\0b"]).at(-1));
});

const history = (...texts: string[]): Migration[] =>
  migrationsOf(texts.map((text, at) => ({ path: `${String(at)}.sql`, text })));

describe("schemas of a history", () => {
  let cache: Awaited<ReturnType<typeof makeTestingCache>>;
  let shadow: Shadow;
  const before = process.env["INTERLOCK_CACHE"];

  beforeAll(async () => {
    cache = await makeTestingCache();
    process.env["INTERLOCK_CACHE"] = cache.directory;
    shadow = await openShadow({ keepMs: 500 });
  });

  afterAll(async () => {
    await shadow.close();
    if (before === undefined) delete process.env["INTERLOCK_CACHE"];
    else process.env["INTERLOCK_CACHE"] = before;
    await cache.remove();
  });

  const tables = ["create table a ()", "create table b ()", "create table c ()"];

  async function tablesIn(database: string): Promise<string> {
    const client = new Client(shadow.connection(database));
    await client.connect();
    const { rows } = await client.query<{ names: string }>(
      "select coalesce(string_agg(relname, ' ' order by relname), '') as names from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    );
    await client.end();
    return rows[0]?.names ?? "";
  }

  test("are made one from the other, and anew from where a text was edited", async () => {
    const chain = await SchemaChain.open(shadow);
    const names: string[] = [];
    for (let count = 0; count <= 3; count += 1) {
      names.push(await tablesIn(await chain.copyOf(history(...tables.slice(0, count)))));
    }
    expect(names).toEqual(["", "a", "a b", "a b c"]);
    expect(chain.applied).toBe(3);
    const edited = await chain.copyOf(history("create table a ()", "create table x ()", "create table c ()"));
    expect(await tablesIn(edited)).toBe("a c x");
    await chain.close();
  });

  test("are found again in a shadow that is kept, by the next run", async () => {
    const first = await SchemaChain.open(shadow);
    await first.reach(history(...tables));
    await first.close();
    const second = await SchemaChain.open(shadow);
    const all = await second.copyOf(history(...tables, "create table d ()"));
    expect({ names: await tablesIn(all), applied: second.applied }).toEqual({ names: "a b c d", applied: 1 });
    await second.close();
  });

  test("begin anew after a migration that did a part of its work", async () => {
    const chain = await SchemaChain.open(shadow);
    const half = "begin; create table half (); commit; select 1 / 0";
    await expect(chain.reach(history("create table a (x int)", half))).rejects.toMatchObject({
      path: "1.sql",
    });
    expect(await tablesIn(await chain.copyOf(history("create table a (x int)")))).toBe("a");
    await chain.close();
  });
});
