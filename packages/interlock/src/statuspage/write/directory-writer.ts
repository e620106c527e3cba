import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { contentHash } from "../content-hash.ts";
import type { Site } from "../site-file.ts";
import { hashesOf, isEntry, manifestName, readManifest, writeManifest } from "./manifest.ts";

/** Where files are written before they are moved to their place; on the same file system, so that moving is atomic. */
const workshopName = ".interlock-statuspage.new";
const pendingName = ".interlock-statuspage.pending.json";

/** What a writer that was killed has left is removed when nobody can be writing it any more. */
const staleMs = 60_000;

export interface DirectoryWriter {
  readonly directory: string;
  /** Makes the directory hold exactly this site, as far as it is ours. Returns what it did. */
  write(site: Site): Promise<{ written: number; removed: number }>;
}

/**
 * Writes a site to a directory that others serve at the same time.
 *
 * Each file is written beside and moved to its place, so nobody ever reads half of one, and every page is whole by
 * itself: it needs nothing of another page but that it is there. What a page links to is written before it and
 * removed after it, so a reader that comes in between finds an older page or a newer one, and never a dead link. A
 * directory per release behind a symbolic link would not do better, since a browser asks for page and style sheet one
 * after the other and can get them from two releases; it would do worse where files are copied on, by rsync, to a
 * bucket, or into the root of a web server, all of which want a plain directory.
 *
 * The manifest comes last. Whoever wants all files of one site reads it and holds the files to its hashes.
 */
export function makeDirectoryWriter(directory: string): DirectoryWriter {
  /** What is there for certain; read when it is first needed. */
  let there: Map<string, string> | undefined;
  return {
    directory,
    async write(site) {
      await mkdir(join(directory, workshopName), { recursive: true });
      there ??= await lookAround(directory);
      const wanted = hashesOf(site);
      const changed = [...wanted].filter(([path, hash]) => there?.get(path) !== hash).map(([path]) => path);
      const gone = [...there.keys()].filter((path) => !wanted.has(path));
      if (changed.length === 0 && gone.length === 0 && (await isSettled(directory)))
        return { written: 0, removed: 0 };
      // Whoever is killed from here on leaves a list of all that may be ours.
      await put(directory, pendingName, writeManifest(new Map([...there, ...wanted])));
      for (const path of [...changed.filter((each) => !isEntry(each)), ...changed.filter(isEntry)]) {
        const file = site.get(path);
        if (file !== undefined) await put(directory, path, file.body);
        there.set(path, wanted.get(path) ?? "");
      }
      await put(directory, manifestName, writeManifest(wanted));
      for (const path of gone) {
        await rm(join(directory, path), { force: true });
        there.delete(path);
      }
      await rm(join(directory, pendingName), { force: true });
      return { written: changed.length, removed: gone.length };
    },
  };
}

async function put(directory: string, path: string, body: string | Buffer): Promise<void> {
  const place = join(directory, path);
  await mkdir(dirname(place), { recursive: true });
  const beside = join(directory, workshopName, `${String(process.pid)}-${randomBytes(8).toString("hex")}`);
  const file = await open(beside, "wx", 0o644);
  try {
    await file.writeFile(body);
  } finally {
    await file.close();
  }
  await rename(beside, place);
}

/** The hashes of the files that are ours, from the files themselves: after a crash of the machine one may be empty. */
async function lookAround(directory: string): Promise<Map<string, string>> {
  await clearWorkshop(join(directory, workshopName));
  const listed = new Set<string>();
  for (const name of [manifestName, pendingName]) {
    for (const path of readManifest(await readIfThere(join(directory, name))).keys()) listed.add(path);
  }
  const hashes = new Map<string, string>();
  for (const path of listed) {
    const body = await readFile(join(directory, path)).catch(() => undefined);
    if (body !== undefined) hashes.set(path, contentHash(body));
  }
  return hashes;
}

async function isSettled(directory: string): Promise<boolean> {
  const there = async (name: string): Promise<boolean> =>
    stat(join(directory, name)).then(
      () => true,
      () => false,
    );
  return (await there(manifestName)) && !(await there(pendingName));
}

async function clearWorkshop(workshop: string): Promise<void> {
  for (const name of await readdir(workshop)) {
    const { mtimeMs } = await stat(join(workshop, name)).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < Date.now() - staleMs) await rm(join(workshop, name), { force: true });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
