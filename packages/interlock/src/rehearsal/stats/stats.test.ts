import { Client } from "pg";
import { expect, test } from "vitest";
import { openShadow } from "../../shadow/open-shadow.ts";
import { durationText, estimate, sizeOf } from "./estimate.ts";
import { readStats } from "./read-stats.ts";
import { statsSchema } from "./stats.ts";

const rate = { bytesPerSecond: 100_000_000, rowsPerSecond: 1_000_000 };
const sizes = {
  stats: statsSchema.parse({
    format: "interlock-stats/1",
    serverVersion: "17.2",
    takenAt: "2026-11-27T10:00:00Z",
    tables: [
      { schema: "public", name: "orders", rows: 2_000_000, bytes: 3_000_000_000, indexBytes: 500_000_000 },
    ],
  }),
  rates: { rewriting: rate, building: rate, verifying: rate, matching: rate, changing: rate },
};

test("time is by the slower of bytes and rows, with every index of what is written anew", () => {
  const orders = { relation: "public.orders", names: [] };
  expect(estimate({ ...orders, kind: "rewrite" }, sizes)).toEqual({
    ms: 35_000,
    how: "2,000,000 rows, 3 GB at 100 MB/s rewriting, measured on the shadow",
  });
  expect(estimate({ ...orders, kind: "verify" }, sizes)?.ms).toBe(30_000);
  expect(estimate({ ...orders, kind: "index", names: ["a", "b"] }, sizes)?.ms).toBe(60_000);
  expect(estimate({ relation: "public.others", kind: "read", names: [] }, sizes)).toBeUndefined();
});

test("sizes and durations are said with the digits that count", () => {
  expect([0, 999, 3_140_000_000].map(sizeOf)).toEqual(["0 bytes", "999 bytes", "3.1 GB"]);
  expect([0.2, 340, 17_400, 600_000, 8_000_000].map(durationText)).toEqual([
    "1 ms",
    "340 ms",
    "17 s",
    "10 min",
    "2 h",
  ]);
});

test("sizes are read from what PostgreSQL keeps of its tables", async () => {
  const shadow = await openShadow();
  try {
    const client = new Client(shadow.connection(await shadow.createDatabase()));
    await client.connect();
    await client.query("create table counted (id integer primary key); create table never (id integer)");
    await client.query("insert into counted select generate_series(1, 5000); analyze counted");
    const stats = statsSchema.parse(await readStats(client));
    await client.end();
    expect(stats.tables).toMatchObject([
      { schema: "public", name: "counted", rows: 5_000 },
      { schema: "public", name: "never", rows: 0, bytes: 0 },
    ]);
    expect(stats.tables[0]?.bytes).toBeGreaterThan(100_000);
    expect(stats.tables[0]?.indexBytes).toBeGreaterThan(50_000);
  } finally {
    await shadow.close();
  }
});
