import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { contentHash } from "../content-hash.ts";
import { typeOfPath, type Site, type SiteFile } from "../site-file.ts";
import { manifestName, readManifest } from "./manifest.ts";

/** A site as it stands in a directory. */
export interface SiteInDirectory {
  site: Site;
  /** Whether it is exactly what was written last; not while somebody is writing, or where nobody says what belongs. */
  isWhole: boolean;
}

/** Reads all files of a site into memory: those of the manifest, or all there are where there is none. */
export async function readSiteDirectory(directory: string): Promise<SiteInDirectory> {
  const text = await readFile(join(directory, manifestName), "utf8").catch(() => undefined);
  const hashes = readManifest(text);
  const paths = hashes.size > 0 ? [...hashes.keys()] : await pathsBelow(directory);
  const site = new Map<string, SiteFile>();
  let isWhole = hashes.size > 0;
  for (const path of paths) {
    const body = await readFile(join(directory, path)).catch(() => undefined);
    if (body === undefined || (hashes.size > 0 && contentHash(body) !== hashes.get(path))) isWhole = false;
    if (body !== undefined) site.set(path, { type: typeOfPath(path), body });
  }
  return { site, isWhole };
}

/** Something that differs as soon as the directory's content does; cheap enough to be asked twice a second. */
export async function signatureOf(directory: string): Promise<string> {
  const manifest = await stat(join(directory, manifestName), { bigint: true }).catch(() => undefined);
  if (manifest !== undefined) return signature(manifest);
  const parts: string[] = [];
  for (const path of await pathsBelow(directory)) {
    const found = await stat(join(directory, path), { bigint: true }).catch(() => undefined);
    if (found !== undefined) parts.push(`${path} ${signature(found)}`);
  }
  return parts.join("\n");
}

function signature({ mtimeNs, size, ino }: { mtimeNs: bigint; size: bigint; ino: bigint }): string {
  return [mtimeNs, size, ino].join(" ");
}

/** Every file but hidden ones, as paths with slashes. */
async function pathsBelow(directory: string, prefix = ""): Promise<string[]> {
  const paths: string[] = [];
  const entries = await readdir(join(directory, prefix), { withFileTypes: true }).catch(() => []);
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    if (entry.name.startsWith(".")) continue;
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await pathsBelow(directory, `${path}/`)));
    else if (entry.isFile()) paths.push(path);
  }
  return paths;
}
