import { basename, dirname, resolve } from "node:path";
import { parseStatements, type Statement } from "../sql/parse.ts";
import { directoryOf, filesIn, fromLastReplacement, lookAt, Seen, type FoundFile } from "./find.ts";
import type { HistoryRow } from "./history/history-row.ts";
import { layoutNamed, layoutOf } from "./layouts/all.ts";
import type { Delivery } from "./layouts/layout.ts";
import type { Migration } from "./migration.ts";
import { refusePrograms } from "./programs.ts";
import { fillPlaceholders } from "./placeholders.ts";
import { withoutPsql } from "./psql.ts";
import { withoutRoles } from "./roles.ts";
import { managesTransactions, needsOwnTransaction, runsInTransaction } from "./transactional.ts";

/** A migration file as it is, with the parts of its tool that do not go up. */
export interface MigrationFile {
  /** Where it is, or only what it is called. Its last parts say which tool's it is. */
  path: string;
  text: string;
  /** The name of its tool, and how it is run, where that is known from what lies beside it. */
  tool?: string | undefined;
  delivery?: Delivery | undefined;
  /** When the tool's own list says that it was made, in milliseconds since 1970. */
  journalledAt?: number | undefined;
}

/**
 * The migrations of files and directories. Files come in the order given; a directory's migrations that go
 * up in the order of its tool. Throws `Failure` "migration-not-readable", "migration-is-a-program" or
 * "psql-command".
 */
export async function readMigrations(
  paths: readonly string[],
  /** Given by who reads hundreds of paths one by one. */
  seen: Seen = new Seen(),
): Promise<Migration[]> {
  const found = await findMigrations(paths, seen);
  return found.map((file, at) => withHistory(file, () => before(found, { at, seen })));
}

/** The file that its tool runs before one, where the tool's history is one row and the one before must be known. */
async function before(
  found: readonly FoundFile[],
  { at, seen }: { at: number; seen: Seen },
): Promise<FoundFile | undefined> {
  const file = found[at];
  if (file === undefined || ![...historyRows(file).values()].some(({ onlyLatest }) => onlyLatest === true))
    return undefined;
  return found[at - 1] ?? (await findEarlier(file.path, seen)).at(-1);
}

/** The same files with their texts as they are, to be sent somewhere else. Throws the same. */
export async function readMigrationFiles(paths: readonly string[]): Promise<MigrationFile[]> {
  return (await findMigrations(paths)).map(asFile);
}

async function findMigrations(paths: readonly string[], seen = new Seen()): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths) {
    const given = await lookAt(path, seen);
    if ("file" in given) {
      found.push(given.file);
      continue;
    }
    const files = await filesIn(given.directory, { seen });
    await refusePrograms(given.directory, { before: undefined });
    found.push(...fromLastReplacement(files));
  }
  return found;
}

/**
 * What stands before a migration in its directory, by the order of its tool: what the database has already
 * when it is about to run. Empty for a directory, which has nothing before it.
 */
export async function readEarlierMigrations(path: string): Promise<Migration[]> {
  return (await findEarlier(path)).map(migrationOf).map(asApplied);
}

/** The same files with their texts as they are. */
export async function readEarlierMigrationFiles(path: string): Promise<MigrationFile[]> {
  return (await findEarlier(path)).map(asFile);
}

async function findEarlier(path: string, seen = new Seen()): Promise<FoundFile[]> {
  const given = await lookAt(path, seen);
  if ("directory" in given) return [];
  const { file } = given;
  const directory = directoryOf(file.path, file.layout);
  const files = await filesIn(directory, { seen, like: file });
  const position = files.findIndex((one) => resolve(one.path) === resolve(file.path));
  if (position === -1) return [];
  await refusePrograms(directory, { before: file });
  return fromLastReplacement(files.slice(0, position));
}

/** The migrations of files that are at hand already, in their order; nothing is looked up by their paths. */
export function migrationsOf(files: readonly MigrationFile[]): Migration[] {
  const found = files.map(({ path, text, tool, delivery, journalledAt }): FoundFile => {
    const source = { path, name: basename(path), text };
    const layout = tool === undefined ? layoutOf(source) : layoutNamed(tool);
    return { ...source, layout, delivery, journalledAt };
  });
  return found.map((file, at) => withHistory(file, () => Promise.resolve(found[at - 1])));
}

/**
 * A migration that has run: that is proof enough that its tool could run it, whatever is known of the tool, and that
 * it had the rights it wanted.
 */
export function asApplied({ path, text }: Migration): Migration {
  const sql = withoutRoles(text, path);
  let statements: readonly Statement[] | undefined;
  return {
    path,
    text: sql,
    get statements() {
      statements ??= parseStatements(sql, path);
      return statements;
    },
    get transactional() {
      return runsInTransaction(this.statements);
    },
  };
}

function asFile(file: FoundFile): MigrationFile {
  const { path, text, layout, delivery, journalledAt } = file;
  return {
    path,
    text,
    ...(layout === layoutOf(file) ? {} : { tool: layout.name }),
    ...(delivery === undefined ? {} : { delivery }),
    ...(journalledAt === undefined ? {} : { journalledAt }),
  };
}

/** By tool, the row that its history gets. */
function historyRows(file: FoundFile): Map<string, HistoryRow> {
  const { name, history, lookalikes } = file.layout;
  const readers = Object.entries({ ...(history === undefined ? {} : { [name]: history }), ...lookalikes });
  return new Map(
    readers.flatMap(([tool, read]) => {
      const row = read(file);
      return row === undefined ? [] : [[tool, row] as const];
    }),
  );
}

/** The migration, with what its tool's own history is to say of it when that is asked for. */
function withHistory(file: FoundFile, earlier: () => Promise<FoundFile | undefined>): Migration {
  const migration = migrationOf(file);
  migration.readHistory = async () => {
    const rows = historyRows(file);
    if (rows.size === 0) return [];
    const previous = await earlier();
    const rowsBefore = previous === undefined ? undefined : historyRows(previous);
    return [...rows].map(([tool, row]) => {
      const rowBefore = rowsBefore?.get(tool);
      return {
        tool,
        name: file.layout.isFolder === true ? basename(dirname(file.path)) : file.name,
        row,
        ...(rowBefore === undefined ? {} : { before: rowBefore }),
      };
    });
  };
  return migration;
}

const noTransaction = /^--\s*interlock:\s*no transaction\b/im;

function migrationOf({ path, text, layout, delivery: said }: FoundFile): Migration {
  const up = layout.upPart(text);
  const sql = withoutPsql(fillPlaceholders(up.text, { path, layout }), path);
  const delivery = noTransaction.test(text) ? "each-by-itself" : (said ?? up.delivery);
  let statements: readonly Statement[] | undefined;
  return {
    path,
    text: sql,
    get statements() {
      statements ??= parseStatements(sql, path);
      return statements;
    },
    get transactional() {
      return isTransaction(delivery, this.statements);
    },
    isOneQuery: delivery === "one-query",
    sharesTransaction: layout.sharesTransaction === true && delivery === "transaction",
    outsideTransaction: layout.outsideTransaction,
  };
}

function isTransaction(delivery: Delivery, statements: readonly Statement[]): boolean {
  switch (delivery) {
    case "each-by-itself":
      return false;
    case "as-needed":
      return runsInTransaction(statements);
    case "transaction":
      return !managesTransactions(statements);
    case "one-query":
      return statements.length > 1 && !managesTransactions(statements);
    case "unmixed":
      return !managesTransactions(statements) && !statements.every(({ node }) => needsOwnTransaction(node));
  }
}
