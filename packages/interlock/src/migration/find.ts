import { readdirSync, type Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { readSqlFile } from "../sql/read-sql-file.ts";
import { Failure, messageOf } from "../std/failure.ts";
import { layoutOf, layoutOfDirectory } from "./layouts/all.ts";
import { flyway } from "./layouts/flyway.ts";
import type { Delivery, Layout, Source } from "./layouts/layout.ts";
import { plain } from "./layouts/plain.ts";

/** A migration file whose tool is known. */
export interface FoundFile extends Source {
  layout: Layout;
  /** What files beside it say of how it is run. */
  delivery: Delivery | undefined;
  /** When the tool's own list says it was made. */
  journalledAt?: number | undefined;
}

/** What a path stands for: one migration, or a directory of them. */
export type Given = { file: FoundFile } | { directory: string };

/** What was read of directories, so that hundreds of files of one directory do not read it hundreds of times. */
export class Seen {
  readonly candidates = new Map<string, Promise<Candidate[]>>();
  readonly #layouts = new Map<string, Layout | undefined>();

  /** The layout that a directory says it has. */
  layoutOf(directory: string): Layout | undefined {
    if (!this.#layouts.has(directory)) this.#layouts.set(directory, layoutOfDirectory(directory, namesIn));
    return this.#layouts.get(directory);
  }
}

/** Throws `Failure` "migration-not-readable". */
export async function lookAt(path: string, seen: Seen): Promise<Given> {
  const found = await stat(path).catch((error: unknown) => notReadable(path, error));
  if (!found.isDirectory()) return { file: await oneFile(path, seen) };
  const names = namesIn(path);
  const only = names.find((name) => name === "up.sql" || name === "migration.sql");
  if (only !== undefined) return { file: await oneFile(join(path, only), seen) };
  return { directory: names.includes("sqitch.plan") ? join(path, "deploy") : path };
}

async function oneFile(path: string, seen: Seen): Promise<FoundFile> {
  const source = await readSource(path);
  const layout = layoutOf(source);
  const directory = directoryOf(path, layout);
  const owner = seen.layoutOf(directory) ?? markOf(await readCandidates(directory, seen));
  return withDelivery(source, owner?.goesUp(source.name) === true ? owner : layout);
}

async function withDelivery(source: Source, layout: Layout): Promise<FoundFile> {
  const [delivery, journalledAt] = await Promise.all([
    layout.readDelivery?.(source.path),
    layout.readJournalled?.(source.path),
  ]);
  return { ...source, layout, delivery, ...(journalledAt === undefined ? {} : { journalledAt }) };
}

/** Where the migrations of a file's tool are. */
export function directoryOf(path: string, layout: Layout): string {
  const own = dirname(path);
  if (layout.isFolder === true) return dirname(own);
  // A change of Sqitch may have folders in its name.
  for (let at = resolve(own); dirname(at) !== at; at = dirname(at)) {
    if (basename(at) === "deploy" && namesIn(dirname(at)).includes("sqitch.plan")) return at;
  }
  return own;
}

/**
 * The migrations of a directory that go up, in the order of its tool. `like` is a file of it, whose tool counts
 * where the directory itself names none. Throws `Failure` "migration-not-readable" and "migration-is-a-program".
 */
export async function filesIn(
  directory: string,
  { seen, like }: { seen: Seen; like?: FoundFile },
): Promise<FoundFile[]> {
  const candidates = await readCandidates(directory, seen);
  const marked = seen.layoutOf(directory) ?? markOf(candidates);
  const layout = marked ?? like?.layout ?? commonLayout(candidates) ?? plain;
  const listed = await layout.readOrder?.(directory);
  if (listed !== undefined) {
    const sources = await readAll(listed.map((name) => join(directory, name)));
    return Promise.all(sources.map((source) => withDelivery(source, layout)));
  }
  const files = candidates.filter(
    (file) =>
      layout.goesUp(file.name) &&
      (marked !== undefined || layout.isFolder === true || file.layout === layout),
  );
  const version = ({ name, path }: Source): readonly (number | string)[] =>
    layout.version(layout.isFolder === true ? basename(dirname(path)) : name);
  const replaces = (file: Source): number => (layout.replacesEarlier?.(file) === true ? 1 : 0);
  const ordered = files.toSorted(
    (left, right) => compare(version(left), version(right)) || replaces(left) - replaces(right),
  );
  return Promise.all(ordered.map((file) => withDelivery(file, layout)));
}

/** Without what a later file holds as well, for a database that is made anew. */
export function fromLastReplacement(files: readonly FoundFile[]): FoundFile[] {
  const last = files.findLastIndex((file) => file.layout.replacesEarlier?.(file) === true);
  return files.slice(Math.max(0, last));
}

type Candidate = Source & { layout: Layout };

function readCandidates(directory: string, seen: Seen): Promise<Candidate[]> {
  const known = seen.candidates.get(directory);
  if (known !== undefined) return known;
  const reading = (async () => {
    const sources = await readAll(await pathsIn(directory));
    return sources.map((source) => ({ ...source, layout: layoutOf(source) }));
  })();
  seen.candidates.set(directory, reading);
  return reading;
}

/** How many files are open at a time: a process may open no more than some hundreds. */
const atATime = 50;

async function readAll(paths: readonly string[]): Promise<Source[]> {
  const sources: Source[] = [];
  for (let start = 0; start < paths.length; start += atATime) {
    sources.push(...(await Promise.all(paths.slice(start, start + atATime).map(readSource))));
  }
  return sources;
}

/** SQL files, those of folders that are migrations, and Flyway's in folders of any depth. */
async function pathsIn(directory: string, depth = 0): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) =>
    notReadable(directory, error),
  );
  const isWanted = ({ name }: Dirent): boolean =>
    depth === 0
      ? name.endsWith(".sql")
      : ["up.sql", "migration.sql"].includes(name) || flyway.owns({ path: name, name, text: "" });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const below =
    depth < deepest
      ? await Promise.all(folders.map(({ name }) => pathsIn(join(directory, name), depth + 1)))
      : [];
  return [...entries.filter(isWanted).map(({ name }) => join(directory, name)), ...below.flat()];
}

const deepest = 4;

function markOf(files: readonly Candidate[]): Layout | undefined {
  return files.find(({ layout }) => layout.isMarkOptional === true)?.layout;
}

/** A directory belongs to the tool that owns most of its files. */
function commonLayout(files: readonly Candidate[]): Layout | undefined {
  const counts = new Map<Layout, number>();
  for (const { layout } of files) counts.set(layout, (counts.get(layout) ?? 0) + 1);
  return [...counts].toSorted(([, left], [, right]) => right - left)[0]?.[0];
}

async function readSource(path: string): Promise<Source> {
  const text = await readSqlFile(path).catch((error: unknown) => {
    throw error instanceof Failure ? error : notReadable(path, error);
  });
  return { path, name: basename(path), text };
}

/** Empty for what is no directory. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
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

function notReadable(path: string, error: unknown): never {
  throw new Failure({
    code: "migration-not-readable",
    message: `The migration ${path} can't be read.`,
    why: messageOf(error),
    state: "Nothing was run.",
    next: "Give the path of an SQL file or of a directory of migrations.",
    cause: error,
  });
}
