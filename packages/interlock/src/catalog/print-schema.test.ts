import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as fc from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { compareCatalogs, describeCatalog, type CatalogDescription } from "./describe.ts";
import { printSchema } from "./print/print-schema.ts";
import { randomSchema } from "./print/testing-random-schema.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
  await shadow.administer(`create role rich_reader; create role "Rich Writer"`);
});
afterAll(async () => {
  await shadow.close();
});

async function on<T>(texts: readonly string[], read: (client: Client) => Promise<T>): Promise<T> {
  const database = await shadow.createDatabase();
  const client = new Client(shadow.connection(database));
  await client.connect();
  try {
    for (const text of texts) await client.query(text);
    return await read(client);
  } finally {
    await client.end();
    await shadow.dropDatabase(database);
  }
}

async function printed(client: Client): Promise<{ sql: string; catalog: CatalogDescription }> {
  await client.query("discard all");
  await client.query("select set_config('search_path', '', false)");
  const { sql } = await printSchema(client);
  return { sql, catalog: await describeCatalog(client) };
}

async function roundTrip(texts: readonly string[]): Promise<ReturnType<typeof compareCatalogs>> {
  const before = await on(texts, printed);
  const after = await on([before.sql], describeCatalog);
  return compareCatalogs(before.catalog, after);
}

const shared = process.env["INTERLOCK_SHARED"] ?? resolve(import.meta.dirname, "../../../../../shared");
const corpus = join(shared, "corpus", "minder");

test.runIf(existsSync(corpus))("the schema of a real application is, too", async () => {
  const pairs = JSON.parse(await readFile(join(corpus, "pairs.json"), "utf8")) as { baseline: string[] }[];
  const files = pairs.at(-1)?.baseline ?? [];
  const texts = await Promise.all(files.map((file) => readFile(join(corpus, file), "utf8")));
  expect(texts.length).toBeGreaterThan(50);
  expect(await roundTrip(texts)).toEqual([]);
});

test("a schema of everything is the same when it is made again from what was read", async () => {
  const rich = await readFile(join(import.meta.dirname, "print/testing-rich-schema.sql"), "utf8");
  const differences = await roundTrip([rich]);
  // All tables, but listed one by one.
  expect(differences.map(({ object }) => object)).toEqual(["publication everything"]);
});

test("any schema is the same when it is made again from what was read", async () => {
  await fc.assert(
    fc.asyncProperty(randomSchema, async (texts) => {
      expect(await roundTrip(texts)).toEqual([]);
    }),
    { numRuns: Number(process.env["FUZZ_RUNS"] ?? 8) },
  );
});
