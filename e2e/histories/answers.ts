import type { Answer } from "./run-statement.ts";

/** An answer as it is compared; `fills` are values that a null may have become. */
export function shown(answer: Answer, fills: readonly string[]): string {
  if ("refused" in answer) return answer.refused;
  // A null that the change fills is seen as either.
  const rows = answer.rows.map((row) =>
    JSON.stringify(
      (JSON.parse(row) as (string | null)[]).map((value) =>
        fills.length > 0 && (value === null || fills.includes(value)) ? "filled" : value,
      ),
    ),
  );
  return JSON.stringify([rows.toSorted(), answer.count]);
}

/** An answer for people. */
export function told(answer: Answer): string {
  return "refused" in answer
    ? `${answer.refused} ${answer.message}`
    : `${String(answer.count)} ${answer.rows.join(" ")}`;
}
