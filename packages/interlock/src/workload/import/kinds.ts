import { open, readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Failure, messageOf } from "../../std/failure.ts";
import { openBytes } from "./lines.ts";
import { isSqlcConfig } from "./sqlc-config.ts";

/** What can be imported. */
export const importKinds = ["sql", "code", "sqlc", "sqlx", "workload", "csvlog", "jsonlog", "log"] as const;
export type ImportKind = (typeof importKinds)[number];

export interface ImportSource {
  path: string;
  kind: ImportKind;
}

/**
 * The files behind a path and what they are, by their names and their beginnings; `kind` says it where nothing else
 * does. A folder with a sqlc.yaml is sqlc's, one with .sqlx is sqlx's; of any other every file that is known is
 * taken. Throws `Failure` "source-not-readable" or "source-not-known".
 */
export async function findSources(path: string, kind: ImportKind | undefined): Promise<ImportSource[]> {
  try {
    if ((await stat(path)).isDirectory()) return await inFolder(path, kind);
    const found = kind ?? (await kindOf(path));
    if (found === undefined) throw notKnown(path, "Neither its name nor its beginning says what it is.");
    return [{ path, kind: found }];
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure({
      code: "source-not-readable",
      message: `${path} can't be read.`,
      why: messageOf(error),
      state: "Nothing was imported.",
      next: "Name files or folders that are there.",
      cause: error,
    });
  }
}

async function inFolder(folder: string, kind: ImportKind | undefined): Promise<ImportSource[]> {
  const names = (await readdir(folder)).toSorted();
  const config = names.find(isSqlcConfig);
  if (config !== undefined && (kind === undefined || kind === "sqlc"))
    return [{ path: join(folder, config), kind: "sqlc" }];
  const sqlx = names.includes(".sqlx") ? join(folder, ".sqlx") : folder;
  if (kind === undefined && sqlx !== folder) return inFolder(sqlx, "sqlx");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const wanted = paths.filter((path) => !/(?:^|\/)(?:node_modules|\.git)\//.test(path)).toSorted();
  const found: ImportSource[] = [];
  for (const path of wanted) {
    const one = kind === undefined ? await kindOf(path) : ofKind(path, kind) ? kind : undefined;
    if (one !== undefined) found.push({ path, kind: one });
  }
  if (found.length === 0) throw notKnown(folder, "No file in it is one that statements can be read from.");
  return found;
}

const endings: Readonly<Record<ImportKind, RegExp>> = {
  sql: /\.sql$/,
  code: /\.(?:go|ts|js|py|kt)$/,
  sqlc: /sqlc\.(?:ya?ml|json)$/,
  sqlx: /(?:query-[0-9a-f]+|sqlx-data)\.json$/,
  workload: /\.json$/,
  csvlog: /\.csv(?:\.gz)?$/,
  jsonlog: /\.json(?:\.gz)?$/,
  log: /\.log(?:\.\d+)?(?:\.gz)?$/,
};

function ofKind(path: string, kind: ImportKind): boolean {
  return endings[kind].test(basename(path));
}

async function kindOf(path: string): Promise<ImportKind | undefined> {
  const name = basename(path);
  if (isSqlcConfig(name)) return "sqlc";
  if (endings.sql.test(name)) return "sql";
  if (endings.sqlx.test(name)) return "sqlx";
  const beginning = await beginningOf(path);
  if (endings.code.test(name)) return /(?:`|"""|''')\s*-- name: /.test(beginning) ? "code" : undefined;
  return byBeginning(beginning);
}

function byBeginning(text: string): ImportKind | undefined {
  if (/"format":\s*"interlock-workload\/1"/.test(text)) return "workload";
  if (/^\s*\{\s*"(?:db_name|query)":/.test(text)) return "sqlx";
  if (/^\{"timestamp":/m.test(text)) return "jsonlog";
  if (/^\d{4}-\d\d-\d\d [\d:.]+ [\w+:-]+,(?:"|,)/m.test(text)) return "csvlog";
  return /(?:^|\s|\W)(?:LOG|ERROR|FATAL|STATEMENT): {2}\S/m.test(text) ? "log" : undefined;
}

const beginningBytes = 64 * 1024;

async function beginningOf(path: string): Promise<string> {
  if (path.endsWith(".gz")) {
    const bytes = openBytes(path);
    for await (const chunk of bytes) return (chunk as Buffer).subarray(0, beginningBytes).toString("utf8");
    return "";
  }
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await file.close();
  }
}

function notKnown(path: string, why: string): Failure {
  return new Failure({
    code: "source-not-known",
    message: `Nobody knows what ${path} is.`,
    why,
    state: "Nothing was imported.",
    next: `Say it with --kind: ${importKinds.join(", ")}. Prisma, Drizzle, ActiveRecord, Hibernate and other mappers keep no queries in files: use interlock record.`,
  });
}
