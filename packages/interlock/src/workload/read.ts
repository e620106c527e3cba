import { readFile, stat } from "node:fs/promises";
import { Failure, messageOf } from "../std/failure.ts";
import { workloadSchema, type Workload } from "./workload.ts";

const mostBytes = 64 * 1024 ** 2;

/**
 * Reads a workload file. Throws `Failure` "workload-not-readable", "workload-too-large", or "workload-not-valid" with the path
 * of the first wrong field.
 */
export async function readWorkload(path: string): Promise<Workload> {
  let text: string;
  try {
    if ((await stat(path)).size > mostBytes) throw tooLarge(path);
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure({
      code: "workload-not-readable",
      message: `The workload ${path} can't be read.`,
      why: messageOf(error),
      state: "Nothing was run.",
      next: "Give the path of a file that `interlock record` or `interlock workload import` wrote.",
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notValid(path, messageOf(error), error);
  }
  const parsed = workloadSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.map(String).join(".") ?? "";
  throw notValid(
    path,
    `${field === "" ? "the file" : field}: ${issue?.message ?? "not valid"}`,
    parsed.error,
  );
}

function notValid(path: string, why: string, cause: unknown): Failure {
  return new Failure({
    code: "workload-not-valid",
    message: `${path} is not a workload file.`,
    why,
    state: "Nothing was run.",
    next: 'A workload is JSON with "format": "interlock-workload/1", app, version and statements (name, sql).',
    cause,
  });
}

function tooLarge(path: string): Failure {
  return new Failure({
    code: "workload-too-large",
    message: `The workload ${path} is larger than ${String(mostBytes / 1024 ** 2)} MB.`,
    state: "Nothing was run.",
    next: "Record it with fewer samples, or as several app versions.",
  });
}
