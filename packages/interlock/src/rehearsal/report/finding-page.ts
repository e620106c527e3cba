import { readFileSync } from "node:fs";
import { version } from "../../std/version.ts";

/**
 * Where the page of a finding is: on the web, where the package says what its repository is; otherwise its path in
 * the repository and in the package. The only place that knows.
 */
export function findingPage(code: string): string {
  const base = webBase(packageFacts());
  return base === undefined ? `docs/findings/${code}.md` : `${base}/docs/findings/${code}.md`;
}

/** The address of a page on the web; undefined where nobody knows it. */
export function pageUrl(folder: "findings" | "operations", code: string): string | undefined {
  const base = webBase(packageFacts());
  return base === undefined ? undefined : `${base}/docs/${folder}/${code}.md`;
}

interface PackageFacts {
  repository?: string | { url?: string };
}

/** `https://…/blob/v0.1.0`, from how npm writes a repository: `git+https://….git`. */
export function webBase({ repository }: PackageFacts): string | undefined {
  const url = typeof repository === "string" ? repository : repository?.url;
  const [, address] = /^(?:git\+)?(https:\/\/[\w.-]+\/[\w./-]+?)(?:\.git)?\/?$/.exec(url ?? "") ?? [];
  return address === undefined ? undefined : `${address}/blob/v${version()}`;
}

let facts: PackageFacts | undefined;

function packageFacts(): PackageFacts {
  facts ??= JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  ) as PackageFacts;
  return facts;
}
