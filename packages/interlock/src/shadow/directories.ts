import { chmodSync, existsSync, lstatSync, mkdirSync, statfsSync } from "node:fs";
import { freemem, homedir, tmpdir } from "node:os";
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
  return own(directory);
}

/** Holds one folder for each throwaway server that is started now: in memory where there is plenty of it. */
export function serversDirectory(): string {
  return memoryHasRoom() ? own(memoryServers) : diskServers();
}

/** Every place where servers that were started and not yet removed may be. */
export function serversDirectories(): string[] {
  const inMemory = process.env["INTERLOCK_CACHE"] === undefined && existsSync(memoryServers);
  return [diskServers(), ...(inMemory ? [own(memoryServers)] : [])];
}

function diskServers(): string {
  const directory = join(cacheDirectory(), "servers");
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  return directory;
}

/**
 * Linux's file system in memory: copying a database there takes a third of the time, and nothing of it makes
 * the disk's other users wait.
 */
const memory = "/dev/shm";
const memoryServers = `${memory}/interlock-${String(process.getuid?.() ?? 0)}`;
const roomBytes = 4 * 1024 ** 3;

function memoryHasRoom(): boolean {
  // Who names a folder means it.
  if (process.platform !== "linux" || process.env["INTERLOCK_CACHE"] !== undefined) return false;
  try {
    const { type, bavail, bsize } = statfsSync(memory);
    return type === tmpfsType && bavail * bsize >= roomBytes && freemem() >= roomBytes;
  } catch {
    return false;
  }
}

/** What statfs calls a file system in memory (TMPFS_MAGIC in Linux's magic.h). */
const tmpfsType = 0x01021994;

/** Makes a folder of this user's own. Throws `Failure` "cache-not-ours" where somebody else was first. */
function own(directory: string): string {
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

/** Where a server that stays keeps its data, by a name of its owner's choice (letters, digits, hyphens). */
export function dataDirectory(name: string): string {
  const directory = join(cacheDirectory(), "data");
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  return join(directory, name);
}
