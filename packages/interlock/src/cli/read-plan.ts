import { readFile } from "node:fs/promises";
import { Failure, messageOf } from "../std/failure.ts";
import { planSchema, type Plan } from "../plan/plan.ts";

/** Reads a plan as `interlock plan --json` writes it. Throws `Failure` "plan-not-readable" or "plan-not-valid". */
export async function readPlan(path: string): Promise<Plan> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new Failure({
      code: "plan-not-readable",
      message: `The plan ${path} can't be read.`,
      why: messageOf(error),
      state: "Nothing was changed.",
      next: "Give the path of a file that `interlock plan --json` wrote.",
      cause: error,
    });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw notValid(path, messageOf(error));
  }
  // The whole report of `interlock plan --json` holds the plan as one of its fields.
  const wrapped: unknown =
    typeof value === "object" && value !== null ? Reflect.get(value, "plan") : undefined;
  const parsed = planSchema.safeParse(wrapped ?? value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw notValid(path, `${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
}

function notValid(path: string, why: string): Failure {
  return new Failure({
    code: "plan-not-valid",
    message: `${path} is not a plan.`,
    why,
    state: "Nothing was changed.",
    next: "Make it anew with `interlock plan --json`.",
  });
}
