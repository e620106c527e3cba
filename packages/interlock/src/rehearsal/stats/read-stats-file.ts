import { readFile } from "node:fs/promises";
import { Failure, messageOf } from "../../std/failure.ts";
import { statsSchema, type Stats } from "./stats.ts";

/** Reads a file of sizes. Throws `Failure` "stats-not-readable", or "stats-not-valid" with the first wrong field. */
export async function readStatsFile(path: string): Promise<Stats> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new Failure({
      code: "stats-not-readable",
      message: `The sizes in ${path} can't be read.`,
      why: messageOf(error),
      state: "Nothing was run.",
      next: "Give the path of a file that `interlock stats --database URL --out FILE` wrote.",
      cause: error,
    });
  }
  const parsed = statsSchema.safeParse(asJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join(".") ?? "";
  throw new Failure({
    code: "stats-not-valid",
    message: `${path} is not a file of sizes.`,
    why: `${field === "" ? "the file" : field}: ${issue?.message ?? "not valid"}`,
    state: "Nothing was run.",
    next: '`interlock stats --database URL --out FILE` writes one: JSON with "format": "interlock-stats/1".',
    cause: parsed.error,
  });
}

/** What is no JSON is no object either, and the schema says so. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
