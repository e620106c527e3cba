import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/**
 * How the repository names a file: relative to the folder that holds `.git`, with slashes. Without one the folder
 * that the pipeline has checked out counts, or the current one. A file outside of it keeps its absolute path.
 */
export function repositoryPaths(
  environment: NodeJS.ProcessEnv,
  from = process.cwd(),
): (file: string) => string {
  const root = gitRoot(from) ?? environment["GITHUB_WORKSPACE"] ?? environment["CI_PROJECT_DIR"] ?? from;
  return (file) => {
    const absolute = resolve(from, file);
    const path = relative(resolve(root), absolute);
    return path === ".." || path.startsWith(`..${sep}`) || isAbsolute(path)
      ? absolute
      : path.split(sep).join("/");
  };
}

function gitRoot(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
