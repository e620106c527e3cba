import { execFile } from "node:child_process";
import { access, realpath } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { promisify } from "node:util";
import { Failure, messageOf } from "../std/failure.ts";
import { layoutOf } from "./layouts/all.ts";
import type { MigrationFile } from "./read.ts";
import type { SplitHistory } from "./split-history.ts";

const run = promisify(execFile);

/** Larger than any directory of migrations is. */
const mostBytes = 64 * 1024 ** 2;

export interface SplitByReference extends SplitHistory {
  /** Migrations that are there and here with different texts. The baseline has the texts from there. */
  edited: readonly string[];
}

/**
 * What a branch adds to the migrations of a directory: files that are not in the commit where it left `reference`
 * (such as origin/main) are the change, wherever they stand in the order; what that commit has is the baseline,
 * with the texts that it has there. Files that were not committed yet count.
 *
 * Throws `Failure` "git-failed" or "migrations-removed". The change is empty where there is nothing new.
 */
export async function splitByReference(
  directory: string,
  { files, reference }: { files: readonly MigrationFile[]; reference: string },
): Promise<SplitByReference> {
  const root = await realpath(directory);
  const git = (...words: string[]): Promise<string> => runGit(root, words);
  // Before anything else, so that a word that begins with a hyphen is never an option of git's.
  await git("rev-parse", "--verify", "--end-of-options", `${reference}^{commit}`);
  const base = (await git("merge-base", "HEAD", reference)).trim();
  const listed = await git("ls-tree", "-r", "-z", "--name-only", base, ".");
  const there = new Set(listed.split("\0").filter(Boolean));
  const name = ({ path }: MigrationFile): string =>
    relative(resolve(directory), resolve(path)).split(sep).join("/");
  const known = files.filter((file) => there.has(name(file)));
  const here = new Set(files.map(name));
  const change = files.filter((file) => !there.has(name(file)));
  const gone: string[] = [];
  for (const one of there) if (!here.has(one) && (await wasRemoved(root, one))) gone.push(one);
  if (gone.length > 0) throw wereRemoved(gone, reference);
  const edited: string[] = [];
  const baseline = await Promise.all(
    known.map(async (file): Promise<MigrationFile> => {
      const text = await git("show", `${base}:./${name(file)}`);
      if (text !== file.text) edited.push(file.path);
      return { ...file, text };
    }),
  );
  return { baseline, change, edited };
}

/** Whether a file that is not among the migrations here is one that went up and has gone. */
async function wasRemoved(directory: string, name: string): Promise<boolean> {
  if (
    !name.endsWith(".sql") ||
    !layoutOf({ path: name, name: basename(name), text: "" }).goesUp(basename(name))
  )
    return false;
  return access(join(directory, name)).then(
    () => false,
    () => true,
  );
}

const noCommonCommit =
  "The branch and the reference have no commit in common here; a shallow clone lacks it.";

async function runGit(directory: string, words: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run("git", ["-C", directory, ...words], {
      maxBuffer: mostBytes,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
    });
    return stdout;
  } catch (error) {
    // Without git itself there is no standard error, and the error says so.
    const said = (error as { stderr?: string }).stderr?.trim() ?? messageOf(error);
    throw new Failure({
      code: "git-failed",
      message: `git could not tell what is new in ${directory}.`,
      why: said === "" ? noCommonCommit : said,
      state: "Nothing was run.",
      next: "See that the directory is in a git repository and that the reference was fetched (in a pipeline: fetch-depth 0); or use --since FILE.",
      cause: error,
    });
  }
}

function wereRemoved(names: readonly string[], reference: string): Failure {
  return new Failure({
    code: "migrations-removed",
    message: `${String(names.length)} ${names.length === 1 ? "migration" : "migrations"} of ${reference} can't be found here: ${names.slice(0, 3).join(", ")}${names.length > 3 ? ", …" : ""}.`,
    why: "A database that has run them is not what the files here make.",
    state: "Nothing was run.",
    next: "Put them back, or give the schema that the database has with --baseline.",
  });
}
