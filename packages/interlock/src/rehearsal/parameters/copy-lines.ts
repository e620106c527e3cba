import { factsOf, type Contents } from "../rows/fill.ts";
import { newRow } from "../rows/new-row.ts";
import type { Value } from "../rows/valid-values.ts";
import type { RehearsedStatement } from "../statement.ts";
import type { Attempt } from "./candidate-values.ts";
import { tableOf } from "./relations.ts";

/** One line for a COPY FROM STDIN; undefined where none can be made (binary, a table that is not there). */
export function copyLines(
  copy: RehearsedStatement["copy"],
  { contents, attempt }: { contents: Contents; attempt: Attempt },
): string | undefined {
  if (copy === undefined || copy.format === "binary") return undefined;
  const table = tableOf(copy.relation, contents.tables);
  if (table === undefined) return undefined;
  const values = newRow(factsOf(contents, table), {
    ...attempt.newRows,
    seed: attempt.seed,
    useDefaults: false,
  });
  if (values === undefined) return undefined;
  const columns = copy.columns.length > 0 ? copy.columns : table.columns.map(({ name }) => name);
  const write = copy.format === "csv" ? csvField : textField;
  return `${columns
    .map((name) => write(values.get(name) ?? (values.has(name) ? null : String(attempt.seed))))
    .join(copy.format === "csv" ? "," : "\t")}\n`;
}

function textField(value: Value): string {
  if (value === null) return "\\N";
  return value
    .replaceAll("\\", "\\\\")
    .replaceAll("\t", "\\t")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}

function csvField(value: Value): string {
  return value === null ? "" : `"${value.replaceAll('"', '""')}"`;
}
