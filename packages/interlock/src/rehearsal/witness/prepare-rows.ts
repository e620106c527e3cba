import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import type { Row } from "../rows/contents.ts";
import { factsOf, type Contents } from "../rows/fill.ts";
import { freshValue } from "../rows/new-row.ts";
import type { Table } from "../rows/read-tables.ts";
import type { Value } from "../rows/valid-values.ts";
import type { Place, Requirement, Requirements } from "./requirements.ts";

/** Rows that are there, changed so that a statement's conditions hold for them. */
export interface PreparedRows {
  /** Updates to run before the statement. */
  prepare: readonly string[];
  /** What the statement's parameters have to be for it to find them, by their numbers. */
  parameters: ReadonlyMap<number, Value>;
}

type New = { value: Value } | { sql: string };

/** Works on one row of each table, the one of number `row`, and those that belong to it. */
export function prepareRows(
  { all }: Requirements,
  { contents, row }: { contents: Contents; row: number },
): PreparedRows | undefined {
  const chosen = new Chosen(contents, row);
  for (const requirement of all) {
    if (!chosen.add(requirement.place.table)) return undefined;
    if (requirement.kind === "same" && !chosen.add(requirement.other.table, requirement)) return undefined;
  }
  for (const requirement of all) chosen.pin(requirement);
  // Links come last: what they copy may have been pinned. Twice, since one may lead on to the next.
  const links = all.filter((one) => one.kind === "same");
  for (const link of [...links, ...links]) chosen.link(link);
  chosen.completeGroups();
  const parameters = new Map<number, Value>();
  for (const requirement of all) {
    if (requirement.kind !== "parameter" || parameters.has(requirement.number)) continue;
    const value = chosen.valueOf(requirement.place);
    if (value !== undefined) parameters.set(requirement.number, value);
  }
  return { prepare: chosen.updates(), parameters };
}

class Chosen {
  readonly #contents: Contents;
  readonly #number: number;
  readonly #rows = new Map<Table, Row>();
  readonly #changes = new Map<Table, Map<string, New>>();

  constructor(contents: Contents, number: number) {
    this.#contents = contents;
    this.#number = number;
  }

  /** Chooses the table's row, if it has none yet: one that fits a link to a row that is chosen, where there is one. */
  add(table: Table, link?: Extract<Requirement, { kind: "same" }>): boolean {
    if (this.#rows.has(table)) return true;
    const rows = this.#contents.rows.get(table.oid) ?? [];
    const [own, other] = link?.place.table === table ? [link.place, link.other] : [link?.other, link?.place];
    const wanted = other === undefined ? undefined : this.#rows.get(other.table)?.get(other.column);
    const fitting = own === undefined ? [] : rows.filter((row) => row.get(own.column) === wanted);
    const pool = fitting.length > 0 ? fitting : rows;
    const row = pool[this.#number % Math.max(1, pool.length)];
    if (row === undefined) return false;
    this.#rows.set(table, row);
    return true;
  }

  pin(requirement: Requirement): void {
    const { place } = requirement;
    const now = this.#rows.get(place.table)?.get(place.column);
    if (requirement.kind === "value" && now !== requirement.value)
      this.#set(place, { value: requirement.value });
    if (requirement.kind === "expression") this.#set(place, { sql: requirement.sql });
    if (requirement.kind === "not-null" && now === null) {
      const column = place.table.columns.find(({ name }) => name === place.column);
      const known = this.#contents.valueSets
        .get(place.table.oid)
        ?.flatMap(({ columns, entries }) => {
          const index = columns.indexOf(place.column);
          return index === -1 ? [] : entries.flatMap((entry) => entry[index] ?? []);
        })
        .at(this.#number);
      const facts = { ...factsOf(this.#contents, place.table), seed: 2_001 + this.#number };
      const value = known ?? (column === undefined ? undefined : freshValue(column, facts));
      if (value !== undefined && value !== null) this.#set(place, { value });
    }
  }

  /** Makes two columns the same by changing the one that is free to be anything. */
  link({ place, other }: Extract<Requirement, { kind: "same" }>): void {
    const left = this.valueOf(place);
    const right = this.valueOf(other);
    if (left === right && left !== null) return;
    const [to, from] = isBound(place) && !isBound(other) ? [other, left] : [place, right];
    if (from !== undefined && from !== null) this.#set(to, { value: from }, { again: true });
  }

  /** Undefined for what only PostgreSQL knows. */
  valueOf({ table, column }: Place): Value | undefined {
    const change = this.#changes.get(table)?.get(column);
    if (change !== undefined) return "value" in change ? change.value : undefined;
    return this.#rows.get(table)?.get(column);
  }

  /** Columns that conditions bind to a changed one get values that go with it. */
  completeGroups(): void {
    for (const [table, changes] of this.#changes) {
      const row = this.#rows.get(table);
      for (const { columns, entries } of this.#contents.valueSets.get(table.oid) ?? []) {
        if (columns.length < 2 || !columns.some((name) => changes.has(name))) continue;
        const fits = (entry: readonly Value[], isStrict: boolean): boolean =>
          columns.every((name, index) => {
            const change = changes.get(name);
            const value = entry[index] ?? null;
            if (change === undefined) return !isStrict || value === (row?.get(name) ?? null);
            return "value" in change ? value === change.value : value !== null;
          });
        if (
          row !== undefined &&
          fits(
            columns.map((name) => row.get(name) ?? null),
            true,
          )
        )
          continue;
        const nearest = entries
          .filter((entry) => fits(entry, false))
          .toSorted((one, other) => distance(columns, one, row) - distance(columns, other, row))[0];
        columns.forEach((name, index) => {
          if (nearest !== undefined && !changes.has(name) && !isBound({ table, column: name }))
            changes.set(name, { value: nearest[index] ?? null });
        });
      }
    }
  }

  updates(): string[] {
    return [...this.#changes].flatMap(([table, changes]) => {
      const row = this.#rows.get(table);
      if (row === undefined || changes.size === 0) return [];
      const sets = [...changes].map(([name, change]) => {
        const value =
          "sql" in change ? change.sql : change.value === null ? "null" : quoteLiteral(change.value);
        return `${quoteIdentifier(name)} = ${value}`;
      });
      return [
        `update ${quoteQualified(table.schema, table.name)} set ${sets.join(", ")} where ${keyOf(table, row)}`,
      ];
    });
  }

  #set({ table, column }: Place, change: New, { again = false } = {}): void {
    const declared = table.columns.find(({ name }) => name === column);
    if (declared === undefined || declared.isGenerated) return;
    const changes = this.#changes.get(table) ?? new Map<string, New>();
    if (!changes.has(column) || again) changes.set(column, change);
    this.#changes.set(table, changes);
  }
}

function distance(columns: readonly string[], entry: readonly Value[], row: Row | undefined): number {
  return columns.filter((name, index) => (row?.get(name) ?? null) !== (entry[index] ?? null)).length;
}

/** Whether a column is a key, or refers to one. */
function isBound({ table, column }: Place): boolean {
  return (
    table.uniques.some((columns) => columns.length === 1 && columns[0] === column) ||
    table.foreignKeys.some(({ columns }) => columns.includes(column)) ||
    table.uniques[0]?.includes(column) === true
  );
}

function keyOf(table: Table, row: Row): string {
  const key = table.uniques.find(
    (columns) => columns.length > 0 && columns.every((name) => (row.get(name) ?? null) !== null),
  );
  const columns = key ?? table.columns.map(({ name }) => name);
  return columns
    .map((name) => {
      const value = row.get(name) ?? null;
      return value === null
        ? `${quoteIdentifier(name)} is null`
        : `${quoteIdentifier(name)}::text = ${quoteLiteral(value)}`;
    })
    .join(" and ");
}
