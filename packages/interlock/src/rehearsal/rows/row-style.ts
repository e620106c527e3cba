import type { Problem } from "../problem.ts";

/**
 * How the rows of a table look. `plain`: a text says which column it is of. `numeric`: a text is a number and
 * JSON a list, so that a change that converts them goes through. `none`: no rows.
 */
export type RowStyle = "plain" | "numeric" | "none";

/** The style of every table that is not `plain`, by its displayed name; `all` is for those not named. */
export interface RowStyles {
  all: RowStyle;
  tables: ReadonlyMap<string, RowStyle>;
}

export const plainRows: RowStyles = { all: "plain", tables: new Map() };

export function styleOf(styles: RowStyles, table: string): RowStyle {
  return styles.tables.get(table) ?? styles.all;
}

/**
 * The styles to try after a change was refused on these: first of the table that refused it, then of those
 * that the statement mentions, then of all.
 * Undefined when there is nothing left to try, so that generated rows are not the reason.
 */
export function nextStyles(
  styles: RowStyles,
  {
    tables,
    mentioned,
    problem,
  }: { tables: readonly string[]; mentioned: readonly string[]; problem: Problem },
): RowStyles | undefined {
  const convertible = problem.sqlstate.startsWith("22") || problem.sqlstate === "23514";
  const after = (style: RowStyle): RowStyle => (style === "plain" && convertible ? "numeric" : "none");
  const hasRows = (table: string): boolean => styleOf(styles, table) !== "none";
  const named = tables.filter(hasRows);
  const open = named.length > 0 ? named : mentioned.filter(hasRows);
  if (open.length > 0) {
    const changed = open.map((table): [string, RowStyle] => [table, after(styleOf(styles, table))]);
    return { ...styles, tables: new Map([...styles.tables, ...changed]) };
  }
  return styles.all === "none" ? undefined : { all: after(styles.all), tables: styles.tables };
}
