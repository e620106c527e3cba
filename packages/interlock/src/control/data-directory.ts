import { mkdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Failure, messageOf } from "../std/failure.ts";

/** The longest path of a unix socket that every platform takes (macOS: 104 bytes with the terminating zero). */
const longestSocketPath = 103;
const longestBelow = "/postgres/socket/.s.PGSQL.65535.lock".length;

/** Where a server keeps its data when nobody says otherwise: INTERLOCK_DATA, else below the user's data home. */
export function defaultDataDirectory(): string {
  const given = process.env["INTERLOCK_DATA"] ?? "";
  if (given !== "") return given;
  // The embedded PostgreSQL refuses to run as root and runs as another user then, to whom root's home is closed.
  if (process.getuid?.() === 0) return "/var/lib/interlock";
  return join(process.env["XDG_DATA_HOME"] ?? join(homedir(), ".local", "share"), "interlock");
}

/** Makes the directory where it is missing; returns its absolute path. Throws `Failure` "data-directory-not-usable". */
export async function makeDataDirectory(path: string): Promise<string> {
  const directory = resolve(path);
  if (Buffer.byteLength(directory) + longestBelow > longestSocketPath) {
    throw notUsable(directory, "Its path is too long: a unix socket below it must stay within 103 bytes.");
  }
  try {
    await mkdir(directory, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  } catch (error) {
    throw notUsable(directory, messageOf(error));
  }
  return directory;
}

/**
 * Throws `Failure` "data-directory-not-usable" where the embedded PostgreSQL could not get to its data: as root it
 * runs as another user, to whom every folder on the way must be open.
 */
export async function checkOpenToPostgres(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (let path = directory; ; path = dirname(path)) {
    if (((await stat(path)).mode & 0o001) === 0) {
      throw notUsable(
        directory,
        `PostgreSQL refuses to run as root and runs as another user, to whom ${path} is closed.`,
      );
    }
    if (path === dirname(path)) return;
  }
}

function notUsable(directory: string, why: string): Failure {
  return new Failure({
    code: "data-directory-not-usable",
    message: `The server's data can't be kept in ${directory}.`,
    why,
    state: "Nothing was started.",
    next: "Give a directory of your own with --data, or set INTERLOCK_DATA.",
  });
}
