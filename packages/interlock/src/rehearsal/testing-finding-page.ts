import type { Workload } from "../workload/workload.ts";

/** For tests only: what the fences of a finding's page say. */
export interface PageExample {
  /** The case that shows the finding. */
  loud: ExampleInput;
  /** What is said instead of it, which finds nothing of the kind. */
  quiet: ExampleInput;
}

export interface ExampleInput {
  baseline: string;
  migration: string;
  old: Workload | undefined;
  new: Workload | undefined;
  /** Further options of the check, as JSON. */
  options: Record<string, unknown>;
}

/**
 * Reads fences with `sql baseline`, `sql migration`, `sql old`, `sql new` and `json options`; with a third word
 * `quiet` they say what is different in the case that finds nothing.
 */
export function readPageExample(page: string): PageExample {
  return { loud: readExample(page), quiet: readExample(page, "quiet") };
}

/** The example of a page's fences, or the one that those with a further word say. */
export function readExample(page: string, word?: string): ExampleInput {
  const fences = new Map(
    [...page.matchAll(/^```(\w+) ([\w ]+)\n(.*?)^```$/gms)].map(([, , name = "", text = ""]) => [name, text]),
  );
  const suffix = word === undefined ? "" : ` ${word}`;
  const fence = (name: string): string | undefined => fences.get(`${name}${suffix}`) ?? fences.get(name);
  return {
    baseline: fence("baseline") ?? "",
    migration: fence("migration") ?? "",
    old: workload(fence("old"), "1.0.0"),
    new: workload(fence("new"), "2.0.0"),
    options: JSON.parse(fence("options") ?? "{}") as Record<string, unknown>,
  };
}

/** Statements after `-- name:` lines; `-- prepared` and `-- values: [...]` lines say more about one. */
function workload(text: string | undefined, version: string): Workload | undefined {
  if (text === undefined) return undefined;
  const statements = text
    .split(/^-- name: /m)
    .slice(1)
    .map((part) => {
      const [name = "", ...lines] = part.trimEnd().split("\n");
      const samples = lines
        .filter((line) => line.startsWith("-- values: "))
        .map((line) => JSON.parse(line.slice("-- values: ".length)) as string[]);
      const sql = lines.filter((line) => !line.startsWith("--")).join("\n");
      return {
        name,
        sql: sql.replace(/;$/, ""),
        ...(lines.includes("-- prepared") ? { prepared: true } : {}),
        ...(samples.length === 0 ? {} : { samples }),
      };
    });
  return { format: "interlock-workload/1", app: "shop", version, statements };
}
