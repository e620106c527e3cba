import type { z } from "zod";
import { Failure } from "../../std/failure.ts";

/** Reads a body by a schema. Throws `Failure` "input-not-valid" that names the fields and none of their values. */
export function readAs<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues
    .slice(0, 10)
    .map(({ path }) => path.join(".") || "the body")
    .join(", ");
  throw new Failure({
    code: "input-not-valid",
    message: "The delivery can't be used.",
    why: `Not as expected: ${fields}.`,
    state: "Nothing was taken.",
    next: "See that the sender is of the kind that the source was made for.",
  });
}
