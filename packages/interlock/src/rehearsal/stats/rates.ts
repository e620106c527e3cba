import { createHash } from "node:crypto";
import { Client } from "pg";
import { z } from "zod";
import type { Shadow } from "../../shadow/open-shadow.ts";
import { version } from "../../std/version.ts";

/** How fast a server does something with a table: it is as slow as the slower of the two. */
const rateSchema = z.object({ bytesPerSecond: z.number().positive(), rowsPerSecond: z.number().positive() });
const ratesSchema = z.object({
  rewriting: rateSchema,
  /** Bytes of the index. */
  building: rateSchema,
  verifying: rateSchema,
  /** Of a foreign key: each row is looked up. */
  matching: rateSchema,
  changing: rateSchema,
});

export type Rate = z.infer<typeof rateSchema>;
export type Rates = z.infer<typeof ratesSchema>;

/** About 10 MB: enough that starting does not count, and done in less than half a second. */
const measuredRows = 40_000;

const measured = new WeakMap<Shadow, Promise<Rates>>();

/** How fast the shadow is, measured once while it is kept. It has everything in memory and nothing else to do. */
export async function measureRates(shadow: Shadow): Promise<Rates> {
  const known = measured.get(shadow) ?? findOrMeasure(shadow);
  measured.set(shadow, known);
  try {
    return await known;
  } catch (error) {
    measured.delete(shadow);
    throw error;
  }
}

async function findOrMeasure(shadow: Shadow): Promise<Rates> {
  const key = createHash("sha256").update(`rates ${version()}`).digest("hex").slice(0, 32);
  const kept = await shadow.findKept(key);
  if (kept !== undefined) return ratesSchema.parse(JSON.parse(kept.note));
  const database = await shadow.createDatabase();
  const client = new Client(shadow.connection(database));
  client.on("error", () => undefined);
  let rates: Rates;
  try {
    await client.connect();
    rates = await measure(client);
    await client.query("drop table measured, looked_up");
  } finally {
    await client.end();
  }
  if (!(await shadow.keepDatabase(database, { key, note: JSON.stringify(rates) })))
    await shadow.dropDatabase(database);
  return rates;
}

async function measure(client: Client): Promise<Rates> {
  await client.query(`create table looked_up (id integer primary key)`);
  await client.query(`insert into looked_up select n from generate_series(1, 1000) n`);
  await client.query(
    `create table measured (id bigint, other uuid, amount integer, looked_up integer, at timestamptz, note text)`,
  );
  await client.query(
    `insert into measured select n, gen_random_uuid(), n, 1 + n % 1000, now(), repeat(md5(n::text), 5)
       from generate_series(1, ${String(measuredRows)}) n`,
  );
  const bytes = await sizeIn(client, "pg_table_size('measured')");
  const fastest = async (...turns: readonly string[]): Promise<number> => {
    const seconds: number[] = [];
    for (const sql of turns) {
      const start = performance.now();
      await client.query(sql);
      seconds.push(Math.max(performance.now() - start, 1) / 1_000);
    }
    return Math.min(...seconds);
  };
  const rate = (seconds: number, size = bytes): Rate => ({
    bytesPerSecond: size / seconds,
    rowsPerSecond: measuredRows / seconds,
  });
  const rewriting = await fastest(
    "alter table measured alter amount type bigint",
    "alter table measured alter amount type integer",
  );
  const verifying = await fastest(
    "alter table measured add check (amount > 0)",
    "alter table measured add check (id > 0)",
  );
  const matching = await fastest(
    "alter table measured add foreign key (looked_up) references looked_up (id)",
  );
  const building = await fastest("create index built on measured (other)", "create index on measured (id)");
  const indexBytes = await sizeIn(client, "pg_relation_size('built')");
  const changing = await fastest("update measured set amount = amount + 1");
  return {
    rewriting: rate(rewriting),
    verifying: rate(verifying),
    matching: rate(matching),
    building: rate(building, indexBytes),
    changing: rate(changing),
  };
}

async function sizeIn(client: Client, expression: string): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(`select ${expression} as bytes`);
  return Number(rows[0]?.bytes);
}
