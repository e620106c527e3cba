import { Failure } from "../std/failure.ts";

/** JSON that is nested deeper than this is refused; nothing that Interlock takes comes near. */
const deepest = 64;

/**
 * Refuses input with texts that PostgreSQL can't hold: U+0000, and halves of surrogate pairs. Throws `Failure`
 * "input-not-valid" without the text.
 */
export function refuseUnstorable(input: unknown, depth = 0): void {
  if (typeof input === "string") {
    if (input.includes("\u0000"))
      throw notValid("It holds the character U+0000, which PostgreSQL can't keep.");
    if (!input.isWellFormed()) throw notValid("It holds half of a surrogate pair, which is no character.");
    return;
  }
  if (typeof input !== "object" || input === null) return;
  if (depth >= deepest) throw notValid(`It is nested deeper than ${String(deepest)} levels.`);
  for (const [name, member] of Object.entries(input)) {
    refuseUnstorable(name, depth);
    refuseUnstorable(member, depth + 1);
  }
}

function notValid(why: string): Failure {
  return new Failure({
    code: "input-not-valid",
    message: "The request is not valid.",
    why,
    state: "Nothing was changed.",
    next: "See what is sent; /api/v1/docs shows what each address takes.",
  });
}
