import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { Client } from "pg";
import { beforeEach, expect, test } from "vitest";
import { useExampleCheck, workload } from "../../rehearsal/example-check.ts";
import type { CheckReport } from "../../rehearsal/report/check-report.ts";
import type { Finding } from "../../rehearsal/report/finding.ts";
import { readLiveSchema } from "./live-schema.ts";

const shop = useExampleCheck();
let directory: string;
let change: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-baseline-"));
  change = join(directory, "1.sql");
  await writeFile(change, "alter table orders drop column note;");
  return () => rm(directory, { recursive: true });
});

const old = [workload({ list: "select id, note from orders", total: "select * from totals" })];

const schema = `
create table orders (id bigint generated always as identity primary key, note text, amount integer not null check (amount > 0));
create materialized view totals as select sum(amount) as total from orders;`;

/** Who waits for the change is another matter. */
const told = ({ findings }: CheckReport): readonly Finding[] =>
  findings.filter(({ code }) => code !== "blocks-traffic");

/** The URL of a database with the schema, on the shadow. */
async function live(sql = schema): Promise<string> {
  const database = await shop.shadow.createDatabase();
  const config = shop.shadow.connection(database);
  const client = new Client(config);
  await client.connect();
  await client.query(sql);
  await client.end();
  return `postgresql://${String(config.user)}@/${database}?host=${encodeURIComponent(String(config.host))}&port=${String(config.port)}`;
}

test("a live database is a baseline, and the report says how it was read", async () => {
  const url = await live();
  const report = await shop.checked("", { migrations: [change], baseline: [url], old });
  expect(told(report)).toMatchObject([{ code: "statement-breaks", statement: "list", sqlstate: "42703" }]);
  expect(report.workloads[0]).toMatchObject({ brokenAtBaseline: 0 });
  expect(report.baseline?.source).toBe("database");
  expect(report.baseline?.how).toMatch(/^postgres@.*, (by pg_dump|read out of its catalog)/);
  expect(report.shadow).toEqual({ version: shop.shadow.version, targetVersion: shop.shadow.version });
});

test("a database that reading can't write to stays as it was, and its session does not wait", async () => {
  const url = await live();
  const holder = new Client({ connectionString: url });
  await holder.connect();
  await holder.query("begin; lock table orders in access exclusive mode");
  try {
    await expect(readLiveSchema(url)).rejects.toMatchObject({ code: "baseline-not-readable" });
  } finally {
    await holder.end();
  }
});

const dump = (version: string, body: string): string => `--
-- PostgreSQL database dump
--

\\restrict x
-- Dumped from database version ${version} (Debian ${version}-1)
-- Dumped by pg_dump version 18.1

SET statement_timeout = 0;
SET transaction_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
${body}
\\unrestrict x
`;

test("a dump is a baseline, without its rows and what belongs to its server", async () => {
  const path = join(directory, "schema.sql");
  await writeFile(
    path,
    dump(
      "16.3",
      `CREATE SCHEMA public;
ALTER SCHEMA public OWNER TO pg_database_owner;
CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
COMMENT ON EXTENSION plpgsql IS 'x';
CREATE TABLE public.orders (id bigint NOT NULL, note text, amount integer NOT NULL);
ALTER TABLE public.orders OWNER TO shop_owner;
COPY public.orders (id, note, amount) FROM stdin;
1\ta;b\t3
\\.
CREATE MATERIALIZED VIEW public.totals AS SELECT sum(amount) AS total FROM public.orders WITH NO DATA;
ALTER TABLE ONLY public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION public.f();
CREATE PUBLICATION everything FOR ALL TABLES;
ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner GRANT SELECT ON TABLES TO reader;`,
    ),
  );
  const report = await shop.checked("", { migrations: [change], baseline: [path], old });
  expect(told(report).map(({ code, severity }) => [code, severity])).toEqual([
    ["statement-breaks", "error"],
    ["shadow-version-differs", "warning"],
  ]);
  expect(report.baseline).toEqual({ source: "dump", how: `the dump ${path}, of PostgreSQL 16.3` });
  expect(report.shadow.targetVersion).toBe("16.3");
  expect(report.verdict).toBe("unsafe");
});

test("a dump of another minor version is a note", async () => {
  const path = join(directory, "schema.sql");
  const major = String(Number.parseInt(shop.shadow.version, 10));
  await writeFile(
    path,
    dump(`${major}.0`, schema.replaceAll(/(table|view|from) (?=orders|totals)/g, "$1 public.")),
  );
  const report = await shop.checked("", { migrations: [change], baseline: [path], old });
  expect(told(report)).toMatchObject([
    { code: "statement-breaks" },
    { code: "shadow-version-differs", severity: "note" },
  ]);
});

test("an archive of pg_dump's is told from SQL", async () => {
  const path = join(directory, "schema.dump");
  await writeFile(path, Buffer.from([0x50, 0x47, 0x44, 0x4d, 0x50, 1, 14, 0, 255, 254]));
  await expect(shop.checked("", { migrations: [change], baseline: [path], old })).rejects.toMatchObject({
    code: "dump-not-plain",
  });
});

test("a baseline that can't be reached says where, and never the password", async () => {
  const url = "postgresql://shop:secret-word@127.0.0.1:1/shop";
  const error: unknown = await shop
    .checked("", { migrations: [change], baseline: [url], old })
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "database-not-reachable" });
  expect(inspect(error, { depth: 5 })).not.toContain("secret-word");
});
