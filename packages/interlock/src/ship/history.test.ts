import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate as migrateDrizzle } from "drizzle-orm/node-postgres/migrator";
import { runner } from "node-pg-migrate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { planChange } from "../plan/plan-change.ts";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import type { Workload } from "../workload/workload.ts";
import { rollbackChange } from "./rollback-change.ts";
import { shipChange } from "./ship-change.ts";
import { useDatabase, type TestingDatabase } from "./testing-database.ts";

const database = useDatabase();
let shadow: Shadow;
let directory: string;

beforeAll(async () => {
  shadow = await openShadow();
  directory = await mkdtemp(join(tmpdir(), "interlock-history-"));
});
afterAll(async () => {
  await shadow.close();
  await rm(directory, { recursive: true });
});

/** The program, for the platform that it is installed for. */
const dbmate = findDbmate();

function findDbmate(): string | undefined {
  try {
    const home = createRequire(import.meta.url).resolve("@dbmate/linux-x64/package.json");
    return join(dirname(home), "bin", "dbmate");
  } catch {
    return undefined;
  }
}

const first = "create table t (id bigint primary key, a text)";
const second = "alter table t rename column a to b";

interface Tool {
  /** By path, with both migrations; the second is the change. */
  files: (only: number) => Record<string, string>;
  /** Where the migrations are, and the one that is the change. */
  folder: string;
  change: string;
  /** Runs the tool as its user would; answers what it ran. */
  migrate: (target: TestingDatabase, folder: string) => Promise<unknown>;
  /** What it has run, by its own table. */
  applied: string;
}

const journalOf = (count: number): string =>
  JSON.stringify({
    version: "7",
    dialect: "postgresql",
    entries: ["0000_first", "0001_second"]
      .slice(0, count)
      .map((tag, idx) => ({ idx, version: "7", when: 1_700_000_000_000 + idx, tag, breakpoints: true })),
  });

const tools: Record<string, Tool> = {
  Drizzle: {
    folder: "drizzle",
    change: "0001_second.sql",
    files: (count) => ({
      "0000_first.sql": first,
      ...(count > 1 ? { "0001_second.sql": second } : {}),
      "meta/_journal.json": journalOf(count),
    }),
    migrate: (target, folder) => migrateDrizzle(drizzle(target.client), { migrationsFolder: folder }),
    applied: "select count(*)::integer as count from drizzle.__drizzle_migrations",
  },
  "node-pg-migrate": {
    folder: "node-pg-migrate",
    change: "1700000000001_second.sql",
    files: (count) => ({
      "1700000000000_first.sql": `-- Up Migration\n${first};\n-- Down Migration\ndrop table t;\n`,
      ...(count > 1
        ? {
            "1700000000001_second.sql": `-- Up Migration\n${second};\n-- Down Migration\nalter table t rename column b to a;\n`,
          }
        : {}),
    }),
    migrate: (target, folder) =>
      runner({
        dbClient: target.client,
        dir: folder,
        direction: "up",
        migrationsTable: "pgmigrations",
        log: () => undefined,
      }),
    applied: "select count(*)::integer as count from pgmigrations",
  },
  dbmate: {
    folder: "dbmate",
    change: "20240102000000_second.sql",
    files: (count) => ({
      "20240101000000_first.sql": `-- migrate:up\n${first};\n-- migrate:down\ndrop table t;\n`,
      ...(count > 1
        ? {
            "20240102000000_second.sql": `-- migrate:up\n${second};\n-- migrate:down\nalter table t rename column b to a;\n`,
          }
        : {}),
    }),
    migrate: runDbmate,
    applied: "select count(*)::integer as count from schema_migrations",
  },
};

async function runDbmate({ connection }: TestingDatabase, folder: string): Promise<void> {
  if (dbmate === undefined) throw new Error("the test is skipped without it");
  const url = `postgres://${String(connection.user)}@/${String(connection.database)}?host=${String(connection.host)}&sslmode=disable`;
  const options = ["--url", url, "--migrations-dir", folder, "--no-dump-schema", "up"];
  await promisify(execFile)(dbmate, options);
}

const workload = (version: string, column: string): Workload => ({
  format: "interlock-workload/1",
  app: "app",
  version,
  statements: [
    { name: "read", sql: `select ${column} from t where id = $1` },
    { name: "write", sql: `insert into t (id, ${column}) values ($1, $2)` },
  ],
});

async function lay(tool: Tool, count: number): Promise<string> {
  const folder = join(directory, tool.folder);
  for (const [path, text] of Object.entries(tool.files(count))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

describe.each(Object.entries(tools))("%s", (name, tool) => {
  test.skipIf(name === "dbmate" && dbmate === undefined)(
    "finds nothing left to do after contract, and everything after rollback",
    async () => {
      await tool.migrate(database, await lay(tool, 1));
      const folder = await lay(tool, 2);
      const { plan } = await planChange({
        migrations: [join(folder, tool.change)],
        old: [workload("1", "a")],
        new: [workload("2", "b")],
        shadow,
      });
      const { connection } = database;
      await shipChange({ plan, connection, to: "migrate" });
      expect(await database.rows(tool.applied)).toEqual([{ count: 1 }]);
      await rollbackChange({ connection });
      expect(await database.rows(tool.applied)).toEqual([{ count: 1 }]);

      await shipChange({ plan, connection });
      expect(await database.rows(tool.applied)).toEqual([{ count: 2 }]);
      // It would fail if it ran the change again: there is no column a any more.
      await tool.migrate(database, folder);
      expect(await database.rows(tool.applied)).toEqual([{ count: 2 }]);
      expect(await database.rows("select b from t")).toEqual([]);
    },
  );
});
