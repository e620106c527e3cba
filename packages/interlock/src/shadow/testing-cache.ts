import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { embeddedBinaries } from "./binaries.ts";
import { cacheDirectory } from "./directories.ts";

/**
 * For tests only: a cache folder of a test's own, so that no other test's servers and results are in sight, with
 * the programs of the real one, which take seconds to unpack. Short: it holds sockets.
 */
export async function makeTestingCache(): Promise<{ directory: string; remove(): Promise<void> }> {
  const { postgres, packageVersion } = await embeddedBinaries();
  const directory = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "il-"));
  // The server may run as another user.
  await chmod(directory, 0o755);
  const programs = dirname(dirname(postgres));
  await symlink(programs, join(directory, basename(programs)));
  const data = join(cacheDirectory(), `initial-data-${packageVersion}`);
  if (existsSync(data)) await symlink(data, join(directory, basename(data)));
  return {
    directory,
    // A server that has just been let go of takes a moment to remove its folder.
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 }),
  };
}
