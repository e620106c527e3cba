import { chmodSync, lstatSync, mkdirSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../std/failure.ts";

/** The longest path of a unix socket that every platform takes (macOS: 104 bytes with the terminating zero). */
const longestSocketPath = 103;
const longestBelow = "/servers/12345678/socket/.s.PGSQL.5432".length;

/** PostgreSQL refuses to run as root: as root, servers run as this user, which every Unix has. */
export const serverUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/**
 * The folder that holds unpacked PostgreSQL binaries and the servers that are running now. It belongs to
 * this user; as root it must be open to the server's user as well, which root's home is not.
 */
export function cacheDirectory(): string {
  const wanted =
    process.env["INTERLOCK_CACHE"] ??
    (serverUser === undefined
      ? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "interlock")
      : "/var/cache/interlock");
  const directory =
    wanted.length + longestBelow <= longestSocketPath
      ? wanted
      : join(tmpdir(), `interlock-${String(process.getuid?.() ?? 0)}`);
  mkdirSync(directory, { recursive: true, mode: serverUser === undefined ? 0o700 : 0o755 });
  const owner = lstatSync(directory);
  if (!owner.isDirectory() || (process.getuid !== undefined && owner.uid !== process.getuid())) {
    throw new Failure({
      code: "cache-not-ours",
      message: `The cache folder ${directory} belongs to another user.`,
      why: "Programs that somebody else put there would be run as you.",
      state: "Nothing was started.",
      next: "Remove it, or set INTERLOCK_CACHE to a folder of your own.",
    });
  }
  // Only the programs are for the server's user to see; what is private has folders of its own.
  if (serverUser !== undefined) chmodSync(directory, 0o755);
  return directory;
}

/** One folder for each server that was started and not yet removed. */
export function serversDirectory(): string {
  const directory = join(cacheDirectory(), "servers");
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  return directory;
}

/** Where a server that stays keeps its data, by a name of its owner's choice (letters, digits, hyphens). */
export function dataDirectory(name: string): string {
  const directory = join(cacheDirectory(), "data");
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  return join(directory, name);
}
