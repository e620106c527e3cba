import type { StatementChoice, WriteChoice } from "./choices.ts";
import { columnOf, rowId, uniqueValue, type Column, type Table } from "./shape.ts";

/** What a value for a statement is taken from. */
export type Place =
  | { from: "new-row" }
  | { from: "row" }
  | { from: "column"; column: Column }
  /** One that may be there already, for ON CONFLICT. */
  | { from: "key"; column: Column };

/** A statement of a version: `$1` and so on stand for values of its places. */
export interface Statement {
  kind: StatementChoice["kind"];
  sql: string;
  places: Place[];
  /** Of COPY: its rows are made of this many values each. */
  copyWidth?: number;
}

/** A statement with its values. */
export interface Write {
  isNew: boolean;
  statement: Statement;
  values: (string | null)[];
}

class Builder {
  readonly places: Place[] = [];

  value(place: Place, type: string): string {
    this.places.push(place);
    return `$${String(this.places.length)}::${type}`;
  }

  column(column: Column): string {
    return this.value({ from: "column", column }, column.type);
  }

  row(): string {
    return this.value({ from: "row" }, "bigint");
  }

  newRow(): string {
    return this.value({ from: "new-row" }, "bigint");
  }
}

/** Makes a statement that fits the tables of one shape; undefined where the choice does not. */
export function makeStatement(tables: readonly Table[], choice: StatementChoice): Statement | undefined {
  const table = tables[choice.table % tables.length];
  if (table === undefined) return undefined;
  const builder = new Builder();
  const free = table.columns.filter(({ name, generated }) => name !== rowId && generated === undefined);
  const plain = free.filter(({ name }) => !table.key.includes(name));
  const one = plain[choice.column % plain.length];
  if (one === undefined) return undefined;
  const two = plain[choice.other % plain.length] ?? one;
  const returning = (columns: readonly Column[]): string =>
    choice.returns
      ? ` returning ${[rowId, ...columns.filter(({ isVolatile, isLate }) => !isVolatile && !isLate).map(({ name }) => name)].join(", ")}`
      : "";
  const given = free.filter(
    (column, at) => isMandatory(column) || choice.given[at % choice.given.length] === true,
  );
  const names = [rowId, ...given.map(({ name }) => name)].join(", ");
  const row = (): string =>
    `(${[builder.newRow(), ...given.map((column) => builder.column(column))].join(", ")})`;
  const into = `insert into ${table.name} (${names}) values `;
  const made = (sql: string): Statement => ({ kind: choice.kind, sql, places: builder.places });
  switch (choice.kind) {
    case "insert":
      return made(`${into}${row()}${returning(given)}`);
    case "insert-many":
      return made(`${into}${row()}, ${row()}${returning(given)}`);
    case "upsert-nothing":
    case "upsert-update": {
      const target = table.unique[choice.other % Math.max(1, table.unique.length)];
      if (target === undefined || target.includes(rowId)) return undefined;
      const values = [builder.newRow()];
      for (const column of given) {
        const place: Place = { from: target.includes(column.name) ? "key" : "column", column };
        values.push(builder.value(place, column.type));
      }
      if (!target.every((name) => given.some((column) => column.name === name))) return undefined;
      const conflict = `${into}(${values.join(", ")}) on conflict (${target.join(", ")}) do `;
      if (choice.kind === "upsert-nothing") return made(`${conflict}nothing${returning([])}`);
      const set = given.filter(({ name }) => !target.includes(name) && !table.key.includes(name));
      if (set.length === 0) return undefined;
      return made(
        `${conflict}update set ${set.map(({ name }) => `${name} = excluded.${name}`).join(", ")}${returning(set)}`,
      );
    }
    case "update":
      return made(
        `update ${table.name} set ${one.name} = ${builder.column(one)} where ${rowId} = ${builder.row()}${returning(given)}`,
      );
    case "update-two": {
      if (one.name === two.name) return undefined;
      return made(
        `update ${table.name} set ${one.name} = ${builder.column(one)}, ${two.name} = ${builder.column(two)} where ${rowId} = ${builder.row()}${returning([one, two])}`,
      );
    }
    case "update-where": {
      if (one.isUnique || two.isLate || two.isVolatile || two.type === "jsonb") return undefined;
      if (two.fill !== undefined) return undefined;
      return made(
        `update ${table.name} set ${one.name} = ${builder.column(one)} where ${two.name} = ${builder.column(two)}`,
      );
    }
    case "update-key": {
      const [key] = table.key.filter((name) => name !== rowId);
      if (key === undefined) return undefined;
      const column = columnOf(table, key);
      return made(
        `update ${table.name} set ${key} = ${builder.column(column)} where ${rowId} = ${builder.row()}${returning([column])}`,
      );
    }
    case "delete":
      return made(
        `delete from ${table.name} where ${rowId} = ${builder.row()}${returning(given.filter(({ fill }) => fill === undefined))}`,
      );
    case "move": {
      const kept = given.filter(({ isUnique }) => !isUnique);
      const fresh = given.filter(({ isUnique }) => isUnique);
      const list = kept.map(({ name }) => name);
      const gone = `with gone as (delete from ${table.name} where ${rowId} = ${builder.row()} returning ${[rowId, ...list].join(", ")})`;
      const values = [builder.newRow(), ...fresh.map((column) => builder.column(column)), ...list];
      return made(
        `${gone} insert into ${table.name} (${[rowId, ...fresh.map(({ name }) => name), ...list].join(", ")}) select ${values.join(", ")} from gone`,
      );
    }
    case "update-both": {
      const other = tables[(choice.table + 1) % tables.length];
      const column = other?.columns.find(
        ({ name, generated, isUnique }) => name !== rowId && generated === undefined && !isUnique,
      );
      if (other === undefined || other.name === table.name || column === undefined || one.isUnique)
        return undefined;
      return made(
        `with changed as (update ${table.name} set ${one.name} = ${builder.column(one)} where ${rowId} = ${builder.row()} returning ${rowId}) update ${other.name} set ${column.name} = ${builder.column(column)} from changed where ${other.name}.${rowId} = changed.${rowId}`,
      );
    }
    case "copy": {
      for (let rows = 0; rows < 2; rows += 1) row();
      return {
        ...made(`copy ${table.name} (${names}) from stdin`),
        copyWidth: given.length + 1,
      };
    }
    case "merge": {
      if (one.isUnique) return undefined;
      const source = `merge into ${table.name} using (values (${builder.row()})) as wanted (id) on ${table.name}.${rowId} = wanted.id`;
      const matched = ` when matched then update set ${one.name} = ${builder.column(one)}`;
      return made(`${source}${matched} when not matched then insert (${names}) values ${row()}`);
    }
    case "select":
      return made(
        `select ${[rowId, ...free.filter(({ isVolatile, isLate }) => !isVolatile && !isLate).map(({ name }) => name)].join(", ")} from ${table.name} where ${rowId} = ${builder.row()}`,
      );
  }
}

function isMandatory({ notNull, default: value }: Column): boolean {
  return notNull && value === undefined;
}

/** Gives a statement its values: `index` tells this write from all others of the history. */
export function makeWrite(
  statements: readonly Statement[],
  { choice, index, isNew }: { choice: WriteChoice; index: number; isNew: boolean },
): Write | undefined {
  const statement = statements[choice.statement % statements.length];
  if (statement === undefined) return undefined;
  const values = statement.places.map((place, at): string | null => {
    const picked = choice.picks[at % choice.picks.length] ?? 0;
    const serial = 1_000 + index * 20 + at;
    switch (place.from) {
      case "new-row":
        return String(serial);
      case "row":
        return String(picked % 3 === 0 ? 1_000 + ((picked * 20) % (index * 20 + 1)) : 1 + (picked % 45));
      case "key":
        return picked % 2 === 0 ? existing(place.column, picked) : uniqueValue(place.column.type, serial);
      case "column":
        return valueFor(place.column, picked, serial);
    }
  });
  return { isNew, statement, values };
}

function existing(column: Column, picked: number): string {
  return column.isUnique
    ? uniqueValue(column.type, 1 + (picked % 10))
    : (column.values[picked % column.values.length] ?? "");
}

function valueFor(column: Column, picked: number, serial: number): string | null {
  if (!column.notNull && picked % 6 === 0) return null;
  if (column.isUnique) return picked % 11 === 0 ? existing(column, picked) : uniqueValue(column.type, serial);
  return column.values[picked % column.values.length] ?? null;
}
