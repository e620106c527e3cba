const parameter = /\$(\d+) = (?:(NULL)|'((?:[^']|'')*)')(?:, |$)/y;

/**
 * The values that a log's DETAIL gives: `parameters: $1 = '7', $2 = NULL`, with a capital from PostgreSQL 16.
 * Undefined where there are none, or where one was cut (`log_parameter_max_length` leaves `…` as three dots).
 */
export function parametersIn(detail: string): (string | null)[] | undefined {
  const heading = /^parameters: /i.exec(detail);
  if (heading === null) return undefined;
  const values: (string | null)[] = [];
  parameter.lastIndex = heading[0].length;
  while (parameter.lastIndex < detail.length) {
    const [, number, isNull, value = ""] = parameter.exec(detail) ?? [];
    if (number === undefined || Number(number) !== values.length + 1) return undefined;
    if (isNull === undefined && value.endsWith("...")) return undefined;
    values.push(isNull === undefined ? value.replaceAll("''", "'") : null);
  }
  return values;
}
