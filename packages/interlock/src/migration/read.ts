import { readFile, readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseStatements, type Statement } from "../sql/parse.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { layoutOf } from "./layouts/all.ts";
import type { Layout } from "./layouts/layout.ts";
import { plain } from "./layouts/plain.ts";
import type { Migration } from "./migration.ts";
import { runsInTransaction } from "./transactional.ts";

/** A migration file as it is, with the parts of its tool that do not go up. */
export interface MigrationFile {
  /** Where it is, or only what it is called. Its last part says which tool's it is. */
  path: string;
  text: string;
}

interface SourceFile extends MigrationFile {
  name: string;
  layout: Layout;
}

/**
 * The migrations of files and directories. Files come in the order given; a directory's migrations that go
 * up in the order of its tool. Throws `Failure` "migration-not-readable".
 */
export async function readMigrations(paths: readonly string[]): Promise<Migration[]> {
  return migrationsOf(await readMigrationFiles(paths));
}

/** The same files with their texts as they are, to be sent somewhere else. Throws the same. */
export async function readMigrationFiles(paths: readonly string[]): Promise<MigrationFile[]> {
  const read = await Promise.all(
    paths.map(async (path) => ((await isDirectory(path)) ? readDirectory(path) : [await readSource(path)])),
  );
  return read.flat().map(asFile);
}

/**
 * What stands before a migration in its directory, by the order of its tool: what the database has already
 * when it is about to run. Empty for a directory, which has nothing before it.
 */
export async function readEarlierMigrations(path: string): Promise<Migration[]> {
  return migrationsOf(await readEarlierMigrationFiles(path));
}

/** The same files with their texts as they are. */
export async function readEarlierMigrationFiles(path: string): Promise<MigrationFile[]> {
  if (await isDirectory(path)) return [];
  const first = await readSource(path);
  const files = await readDirectory(dirname(path), first.layout);
  const position = files.findIndex((file) => resolve(file.path) === resolve(path));
  return files.slice(0, Math.max(0, position)).map(asFile);
}

/** The migrations of files that are at hand already, in their order; nothing is looked up by their paths. */
export function migrationsOf(files: readonly MigrationFile[]): Migration[] {
  return files.map(({ path, text }) => migrationOf(sourceOf(path, text)));
}

function asFile({ path, text }: SourceFile): MigrationFile {
  return { path, text };
}

async function readDirectory(directory: string, layout?: Layout): Promise<SourceFile[]> {
  const names = (await readdir(directory).catch((error: unknown) => fail(directory, error))).filter((name) =>
    name.endsWith(".sql"),
  );
  const files = await Promise.all(names.map((name) => readSource(join(directory, name))));
  const used = layout ?? commonLayout(files) ?? plain;
  return files
    .filter((file) => file.layout === used && used.goesUp(file.name))
    .toSorted((left, right) => compare(used.version(left.name), used.version(right.name)));
}

/** A directory belongs to the tool that owns most of its files. */
function commonLayout(files: readonly SourceFile[]): Layout | undefined {
  const counts = new Map<Layout, number>();
  for (const { layout } of files) counts.set(layout, (counts.get(layout) ?? 0) + 1);
  return [...counts].toSorted(([, left], [, right]) => right - left)[0]?.[0];
}

async function readSource(path: string): Promise<SourceFile> {
  return sourceOf(path, await readFile(path, "utf8").catch((error: unknown) => fail(path, error)));
}

function sourceOf(path: string, text: string): SourceFile {
  const name = basename(path);
  return { path, name, text, layout: layoutOf({ name, text }) };
}

function migrationOf({ path, text, layout }: SourceFile): Migration {
  const up = layout.upPart(text);
  let statements: readonly Statement[] | undefined;
  return {
    path,
    text: up.text,
    get statements() {
      statements ??= parseStatements(up.text, path);
      return statements;
    },
    get transactional() {
      return !up.withoutTransaction && runsInTransaction(this.statements);
    },
  };
}

/** Part by part: numbers by size and before words, words by their letters; the shorter first. */
function compare(left: readonly (number | string)[], right: readonly (number | string)[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [one, other] = [left[index], right[index]];
    if (one === other) continue;
    if (one === undefined) return -1;
    if (other === undefined) return 1;
    if (typeof one === "number" && typeof other === "number") return one - other;
    if (typeof one === typeof other) return one < other ? -1 : 1;
    return typeof one === "number" ? -1 : 1;
  }
  return 0;
}

async function isDirectory(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => fail(path, error));
  return found.isDirectory();
}

function fail(path: string, error: unknown): never {
  throw new Failure({
    code: "migration-not-readable",
    message: `The migration ${path} can't be read.`,
    why: messageOf(error),
    state: "Nothing was run.",
    next: "Give the path of an SQL file or of a directory of migrations.",
    cause: error,
  });
}
