import type { Migration } from "../migration.ts";
import { asApplied, migrationsOf, readMigrationFiles, readMigrations, type MigrationFile } from "../read.ts";
import { Seen } from "../find.ts";
import { dumpedVersion, isDump } from "../dump.ts";
import { readLiveSchema } from "./live-schema.ts";

/** The schema that a database has before the change, and where that was read. */
export interface BaselineSource {
  migrations: readonly Migration[];
  source: "migrations" | "dump" | "database" | "nothing";
  /** In words: "3 migrations", "pg_dump 16.3 of app@db:5432/shop". Holds no password. */
  how: string;
  /** Of the server that the schema comes from, where that is known. */
  serverVersion?: string;
}

/**
 * Reads a baseline from files and directories of migrations, from what pg_dump wrote, or from a live database
 * that is named by its URL.
 *
 * Throws `Failure` as `readMigrations` does, what `connect` throws, and "baseline-ambiguous".
 */
export async function readBaseline(given: readonly (string | Migration)[]): Promise<BaselineSource> {
  const seen = new Seen();
  const read = await Promise.all(given.map((one) => readOne(one, seen)));
  const migrations = read.flatMap((one) => one.migrations);
  const [first] = read;
  if (first !== undefined && read.length === 1 && first.source !== "migrations")
    return { ...first, migrations };
  const version = read.find(({ serverVersion }) => serverVersion !== undefined)?.serverVersion;
  return {
    ...sourceOf(migrations),
    ...(read.length > 1 && read.some(({ source }) => source !== "migrations")
      ? { how: read.map(({ how }) => how).join(", ") }
      : {}),
    ...(version === undefined ? {} : { serverVersion: version }),
  };
}

/** The files of a baseline, to be sent somewhere else: a live database is one file then. Throws as `readBaseline` does. */
export async function readBaselineFiles(given: readonly string[]): Promise<MigrationFile[]> {
  const read = await Promise.all(
    given.map(async (one) =>
      isUrl(one)
        ? [{ path: "schema.sql", text: (await readLiveSchema(one)).sql }]
        : readMigrationFiles([one]),
    ),
  );
  return read.flat();
}

function isUrl(given: string): boolean {
  return /^postgres(ql)?:\/\//i.test(given);
}

/** What is said of migrations that stand before the change. */
export function sourceOf(migrations: readonly Migration[]): BaselineSource {
  const { length } = migrations;
  return length === 0
    ? { migrations, source: "nothing", how: "an empty database" }
    : {
        migrations: migrations.map(asApplied),
        source: "migrations",
        how: length === 1 ? "1 migration" : `${String(length)} migrations`,
      };
}

async function readOne(given: string | Migration, seen: Seen): Promise<BaselineSource> {
  if (typeof given !== "string") return sourceOf([given]);
  if (isUrl(given)) {
    const { sql, how, place, serverVersion } = await readLiveSchema(given);
    const [migration] = migrationsOf([{ path: `schema of ${place}`, text: sql }]);
    return {
      migrations: migration === undefined ? [] : [asApplied(migration)],
      source: "database",
      how,
      serverVersion,
    };
  }
  const migrations = await readMigrations([given], seen);
  const [only] = migrations;
  if (migrations.length !== 1 || only === undefined || !isDump(only.text)) return sourceOf(migrations);
  const version = dumpedVersion(only.text);
  return {
    migrations: [asApplied(only)],
    source: "dump",
    how: `the dump ${given}${version === undefined ? "" : `, of PostgreSQL ${version}`}`,
    ...(version === undefined ? {} : { serverVersion: version }),
  };
}
