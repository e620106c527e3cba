import type { Column } from "../catalog/table.ts";
import { displayName } from "../sql/quote.ts";
import { Failure } from "../std/failure.ts";
import type { TableChange } from "./model.ts";

export interface MissingMapping {
  direction: "up" | "down";
  change: TableChange;
  column: Column;
  /** Of a dropped column: where it is dropped. */
  place?: string;
}

/** Asks for mappings by printing the lines to add, to be completed with an expression each. */
export function askForMappings(missing: readonly MissingMapping[]): Failure {
  const [first, ...others] = missing;
  if (first === undefined) throw new Error("nothing is missing");
  const name = nameOf(first);
  return new Failure({
    code: "mapping-missing",
    message:
      first.direction === "down"
        ? `${first.place ?? name}: ${name} is dropped, and nothing says what it is for rows that the new version writes.`
        : `${name} is added, and nothing says what it is for rows that the old version writes${first.column.notNull ? ", though it is mandatory" : ""}.`,
    why:
      others.length === 0
        ? "Old and new versions write the same table until the old one is gone."
        : `Old and new versions write the same table until the old one is gone. The same is missing for ${others.map(nameOf).join(", ")}.`,
    state: "Nothing was run and nothing was changed.",
    next: `Add ${missing.length === 1 ? "this line" : "these lines"} to the migration, each with an SQL expression over the row's columns:\n${missing.map(line).join("\n")}`,
  });
}

function nameOf({ change, column }: MissingMapping): string {
  return displayName(...tableName(change), column.name);
}

function line({ direction, change, column }: MissingMapping): string {
  return `-- interlock: ${direction} ${displayName(...tableName(change), column.name)} = (expression of type ${column.type})`;
}

function tableName({ relation }: TableChange): string[] {
  return relation.schema === "public" ? [relation.name] : [relation.schema, relation.name];
}
