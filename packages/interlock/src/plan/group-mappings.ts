import { quoteIdentifier } from "../sql/quote.ts";
import { column as columnReference, columnsOf, onlyColumn, parseExpression } from "./expression.ts";
import type { TableMappings } from "./collect-mappings.ts";
import { askForMappings, type MissingMapping } from "./mapping-missing.ts";
import type { Operation } from "./operation.ts";
import { updatedColumns } from "./updated-columns.ts";
import type { Mapping, SyncGroup, TableChange } from "./model.ts";

/**
 * Sorts each table's mappings into groups: columns of the new shape together with the columns of the old shape
 * that they are computed from. Reverse mappings that follow by themselves are added; the ones that don't are
 * asked for, all at once, by `Failure` "mapping-missing".
 */
export function groupMappings(
  tables: ReadonlyMap<string, TableChange>,
  mappings: ReadonlyMap<string, TableMappings>,
  operations: readonly Operation[] = [],
): void {
  const missing: MissingMapping[] = [];
  for (const [key, change] of tables) {
    const { up, down } = mappings.get(key) ?? {
      up: new Map<string, Mapping>(),
      down: new Map<string, Mapping>(),
    };
    for (const [name, { from }] of change.renamed) addRename(change, { name, from }, { up, down });
    addIdentities(change, { up, down });
    missing.push(...missingOf(change, { up, down }, foreignlySet(change, operations)));
    change.groups = group(change, { up, down });
  }
  if (missing.length > 0) throw askForMappings(missing);
}

function addRename(
  change: TableChange,
  { name, from }: { name: string; from: string },
  all: TableMappings,
): void {
  const source = `rename of ${from}`;
  all.up.set(name, { column: name, expression: columnReference(from), source });
  all.down.set(from, { column: from, expression: columnReference(name), source });
  void change;
}

/** An old column that a new one simply repeats is given back by it, where its type can hold every value. */
function addIdentities(change: TableChange, { up, down }: TableMappings): void {
  for (const [name, { column }] of change.dropped) {
    if (down.has(name)) continue;
    for (const mapping of up.values()) {
      const repeated = onlyColumn(mapping.expression, { table: change.relation.name }) === name;
      const type = change.added.get(mapping.column)?.column.type;
      if (!repeated || type === undefined) continue;
      if (column.type !== type && column.type !== "text") continue;
      const value = `${quoteIdentifier(mapping.column)}${column.type === type ? "" : "::text"}`;
      down.set(name, {
        column: name,
        expression: parseExpression(value, mapping.source),
        source: mapping.source,
      });
    }
  }
}

/** Added columns that an UPDATE sets from other tables: what it says can't be taken for a mapping as it is. */
function foreignlySet(change: TableChange, operations: readonly Operation[]): ReadonlySet<string> {
  return new Set(
    operations.flatMap((operation) =>
      operation.kind === "pass-through" ? updatedColumns(operation, change.relation) : [],
    ),
  );
}

function missingOf(
  change: TableChange,
  { up, down }: TableMappings,
  foreign: ReadonlySet<string>,
): MissingMapping[] {
  const missing: MissingMapping[] = [];
  for (const [name, { column }] of change.added) {
    if (change.moved.has(name)) continue;
    const given =
      up.has(name) || column.default !== null || column.generated !== null || column.identity !== null;
    if ((column.notNull && !given) || (foreign.has(name) && !up.has(name)))
      missing.push({ direction: "up", change, column });
  }
  const read = new Set([...up.values()].flatMap((mapping) => [...readsOf(mapping, change)]));
  for (const [name, { column, place }] of change.dropped) {
    if (down.has(name)) continue;
    const mandatory =
      column.notNull && column.default === null && column.generated === null && column.identity === null;
    if (read.has(name) || mandatory) missing.push({ direction: "down", change, column, place });
  }
  return missing;
}

function readsOf(mapping: Mapping, change: TableChange): Set<string> {
  return columnsOf(mapping.expression, { table: change.relation.name });
}

/** Connected components: two mappings belong together when one reads or sets what the other sets. */
function group(change: TableChange, { up, down }: TableMappings): SyncGroup[] {
  const groups: { names: Set<string>; group: SyncGroup }[] = [];
  const add = (mapping: Mapping, direction: "up" | "down"): void => {
    const old = [...change.dropped.keys(), ...[...change.renamed.values()].map(({ from }) => from)];
    const linked = [...readsOf(mapping, change)].filter((name) =>
      direction === "up" ? old.includes(name) : up.has(name),
    );
    const names = new Set([mapping.column, ...linked]);
    const joined = groups.filter((other) => [...other.names].some((name) => names.has(name)));
    const merged = { names, group: { up: [] as Mapping[], down: [] as Mapping[] } };
    for (const other of joined) {
      for (const name of other.names) merged.names.add(name);
      merged.group.up.push(...other.group.up);
      merged.group.down.push(...other.group.down);
      groups.splice(groups.indexOf(other), 1);
    }
    merged.group[direction].push(mapping);
    groups.push(merged);
  };
  // Renames first: what reads a renamed column reads it under either name.
  for (const mapping of up.values()) if (change.renamed.has(mapping.column)) add(mapping, "up");
  for (const mapping of up.values()) if (!change.renamed.has(mapping.column)) add(mapping, "up");
  for (const mapping of down.values()) add(mapping, "down");
  return groups.map((each) => each.group);
}
