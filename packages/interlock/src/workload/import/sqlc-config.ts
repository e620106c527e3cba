import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { readGeneratedCode } from "./generated-code.ts";
import { hasStar, readNamedSql, starNote, type ReadQueries } from "./named-sql.ts";

const paths = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const packageSchema = z.looseObject({
  queries: paths.optional(),
  engine: z.string().optional(),
  /** Version 1: where the code goes. */
  path: z.string().optional(),
  gen: z.record(z.string(), z.looseObject({ out: z.string().optional() })).optional(),
  codegen: z.array(z.looseObject({ out: z.string().optional() })).optional(),
});
const configSchema = z.looseObject({
  packages: z.array(packageSchema).optional(),
  sql: z.array(packageSchema).optional(),
});

/** Whether a file is sqlc's configuration, by its name. */
export function isSqlcConfig(name: string): boolean {
  return /^sqlc\.(?:ya?ml|json)$/.test(name);
}

/**
 * The queries that a sqlc.yaml or sqlc.json (version 1 or 2) names. Where the code is there that sqlc has generated from
 * them, its texts are taken: sqlc writes out the columns of `*`, and what is sent is what breaks.
 */
export async function readSqlcConfig(path: string): Promise<ReadQueries> {
  const read: ReadQueries = { statements: [], notImported: [], notes: [] };
  const refuse = (what: string, why: string): void => void read.notImported.push({ source: path, what, why });
  const config = configSchema.safeParse(parsed(await readFile(path, "utf8")));
  const packages = config.success ? [...(config.data.packages ?? []), ...(config.data.sql ?? [])] : [];
  if (packages.length === 0)
    refuse("sqlc", "it names no queries, under packages (version 1) or sql (version 2)");
  for (const { queries = [], engine = "postgresql", path: out, gen = {}, codegen = [] } of packages) {
    if (!/^postgres/i.test(engine)) {
      refuse(queries.join(", "), `it is for ${engine}`);
      continue;
    }
    const folder = dirname(path);
    const fromQueries = await readAll(await filesIn(folder, queries, /\.sql$/), readNamedSql);
    const outs = [out, ...Object.values(gen).map((one) => one.out), ...codegen.map((one) => one.out)];
    const code = await filesIn(
      folder,
      outs.filter((one) => one !== undefined),
      /\.(?:go|ts|js|py|kt)$/,
    );
    const generated = await readAll(code, readGeneratedCode);
    if (queries.length > 0 && fromQueries.statements.length + fromQueries.notImported.length === 0) {
      refuse(queries.join(", "), "there is no query in it");
    }
    read.notImported.push(...fromQueries.notImported);
    const { statements, notes } = asSent(fromQueries, generated);
    read.statements.push(...statements);
    read.notes.push(...notes);
  }
  return read;
}

/** What the generated code sends, for each query that it has; COPY of a `:copyfrom` is in no text of it. */
function asSent(queries: ReadQueries, generated: ReadQueries): Pick<ReadQueries, "statements" | "notes"> {
  const sent = new Map(generated.statements.map((statement) => [plain(statement.name), statement.sql]));
  const statements = queries.statements.map((statement) => {
    const sql = statement.sql.startsWith("copy ") ? undefined : sent.get(plain(statement.name));
    return sql === undefined ? statement : { ...statement, sql };
  });
  return { statements, notes: statements.some(({ sql }) => hasStar(sql)) ? [starNote] : [] };
}

/** Python's generator writes `get_author` for `GetAuthor`. */
function plain(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

function parsed(content: string): unknown {
  try {
    return parse(content);
  } catch {
    return undefined;
  }
}

async function readAll(
  files: readonly string[],
  read: (content: string, source: string) => ReadQueries,
): Promise<ReadQueries> {
  const all = await Promise.all(
    files.map(async (file) => read(await readFile(file, "utf8"), relative("", file))),
  );
  return {
    statements: all.flatMap(({ statements }) => statements),
    notImported: all.flatMap(({ notImported }) => notImported),
    notes: [...new Set(all.flatMap(({ notes }) => notes))],
  };
}

/** Files, and those in folders, in order; what is not there is left out. */
async function filesIn(folder: string, entries: readonly string[], wanted: RegExp): Promise<string[]> {
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry);
      const isFolder = await stat(path).then(
        (one) => one.isDirectory(),
        () => undefined,
      );
      if (isFolder === undefined) return [];
      if (!isFolder) return [path];
      return (await readdir(path)).filter((name) => wanted.test(name)).map((name) => join(path, name));
    }),
  );
  return found.flat().toSorted();
}
