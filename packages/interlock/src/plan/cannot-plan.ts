import { Failure } from "../std/failure.ts";

/** The refusal of an operation that no plan makes harmless, with its place and what to do instead. */
export function cannotPlan(
  { file, line }: { file: string; line: number },
  { what, why, next }: { what: string; why?: string; next: string },
): Failure {
  return new Failure({
    code: "cannot-plan",
    message: `${file}:${String(line)}: ${what}`,
    ...(why === undefined ? {} : { why }),
    state: "Nothing was changed.",
    next,
  });
}
