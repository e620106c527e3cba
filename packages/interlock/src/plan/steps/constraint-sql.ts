import type { Constraint, Table } from "../../catalog/table.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";

type Named = Pick<Table, "schema" | "name">;

/** A unique constraint or primary key from an index that is there; the index takes the constraint's name. */
export function addUsingIndex(
  { schema, name: table }: Named,
  { name, kind, definition }: Pick<Constraint, "name" | "kind" | "definition">,
  index: string,
): string {
  const deferrable = / DEFERRABLE.*$/.exec(definition)?.[0] ?? "";
  const what = kind === "primary" ? "primary key" : "unique";
  return `alter table ${quoteQualified(schema, table)} add constraint ${quoteIdentifier(name)} ${what} using index ${quoteIdentifier(index)}${deferrable}`;
}

/** What a constraint that is made again was described by; nothing where it was not. */
export function commentOnConstraint(
  { schema, name: table }: Named,
  { name, comment }: Pick<Constraint, "name" | "comment">,
): string[] {
  if (comment === null) return [];
  return [
    `comment on constraint ${quoteIdentifier(name)} on ${quoteQualified(schema, table)} is ${quoteLiteral(comment)}`,
  ];
}
