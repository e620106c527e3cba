import { z } from "zod";
import { contentHash } from "../content-hash.ts";
import type { Site } from "../site-file.ts";

/** Beside the files: what was written, so that only that is ever replaced or removed. */
export const manifestName = ".interlock-statuspage.json";

/** SHA-256 by path. */
export type Hashes = ReadonlyMap<string, string>;

const manifestSchema = z.object({ files: z.record(z.string(), z.string()) });

export function writeManifest(hashes: Hashes): string {
  return `${JSON.stringify({ files: Object.fromEntries(hashes) }, null, 1)}\n`;
}

/** What a manifest says; nothing where it can't be read: then every file is written anew. */
export function readManifest(text: string | undefined): Hashes {
  try {
    const { files } = manifestSchema.parse(JSON.parse(text ?? ""));
    return new Map(Object.entries(files).filter(([path]) => isSitePath(path)));
  } catch {
    return new Map();
  }
}

/** What this module would write, and never anything outside the folder. */
function isSitePath(path: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/.test(path);
}

export function hashesOf(site: Site): Hashes {
  return new Map([...site].map(([path, { body }]) => [path, contentHash(body)]));
}

/** Pages that others are found from: they come after everything that they link to. */
export function isEntry(path: string): boolean {
  return (
    path.endsWith("index.html") || path.startsWith("api/") || /^[a-z]{2}\/[^/]+\.(?:atom|rss|ics)$/.test(path)
  );
}
