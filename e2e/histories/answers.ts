import type { Answer } from "./run-statement.ts";

/** An answer as it is compared; `fills` are values that a null may have become. */
export function shown(answer: Answer, fills: readonly string[]): string {
  if ("refused" in answer) return answer.refused;
  const filled = new Set(fills.map(sent));
  // A null that the change fills is seen as either.
  const rows = answer.rows.map((row) =>
    JSON.stringify(
      (JSON.parse(row) as (string | null)[]).map((value) =>
        filled.size > 0 && (value === null || filled.has(value)) ? "filled" : value,
      ),
    ),
  );
  return JSON.stringify([rows.toSorted(), answer.count]);
}

/** A value as a client gets it: of booleans a letter. */
function sent(value: string): string {
  return value === "true" || value === "false" ? value.slice(0, 1) : value;
}

/** An answer for people. */
export function told(answer: Answer): string {
  return "refused" in answer
    ? `${answer.refused} ${answer.message}`
    : `${String(answer.count)} ${answer.rows.join(" ")}`;
}
