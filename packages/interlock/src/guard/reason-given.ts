import { Failure } from "../std/failure.ts";

/** The reason without blanks around it. Throws `Failure` "reason-missing" where nothing is left. */
export function reasonGiven(reason: string): string {
  const text = reason.trim();
  if (text !== "") return text;
  throw new Failure({
    code: "reason-missing",
    message: "There is no reason.",
    why: "Whoever looks at it later wants to know why the guard was changed or passed.",
    state: "Nothing was changed.",
    next: 'Add one: --reason "ticket 4711: the index on payments is bloated".',
  });
}
