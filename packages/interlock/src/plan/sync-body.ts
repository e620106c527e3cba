import type { Column } from "../catalog/table.ts";
import { quoteIdentifier, quoteLiteral } from "../sql/quote.ts";
import { syncOffSetting } from "./backfill-sql.ts";
import { differs } from "./differs.ts";
import { columnsOf, hasQuery, parseExpression, printExpression, replaceColumns } from "./expression.ts";
import type { Expression } from "./expression.ts";
import type { Mapping, SyncGroup, TableChange } from "./model.ts";
import { isWidening, mayRaise } from "./raising.ts";

/**
 * The trigger's body. It only alters NEW and runs no statement that writes, so it can't set itself or another
 * trigger off. Who wrote the row is told by which columns were written:
 * - insert: a value other than its default in a new column means the new version; none means the old one.
 * - update: a changed new column means the new version (also when both changed, as no live version writes both
 *   shapes); else a changed old column means the old one.
 * - neither, but a column that a mapping reads changed: by `application_name`, and the old one if that is silent.
 */
export function syncBody(change: TableChange, { newVersions }: { newVersions: readonly string[] }): string {
  const scope: Scope = { change, byNew: writtenByNew(newVersions) };
  const parts = [
    ...change.groups.map((group) => groupBody(group, scope)),
    ...change.fills.map(
      (fill) =>
        `  if new.${quoteIdentifier(fill.column)} is null then\n${assign(fill, scope)}${alsoUnderItsNewName(fill, change)}\n  end if;`,
    ),
    ...change.replacements
      .filter(({ twin }) => twin === undefined)
      .map(({ hidden, up, source, column, type }) => {
        const from = change.before.columns.find(({ name }) => name === column)?.type ?? "";
        return assign({ column: hidden, expression: up, source }, scope, {
          safe: isWidening(from, type),
        }).replaceAll(/^ {2}/gm, "");
      }),
  ];
  return [
    "begin",
    `  if current_setting(${quoteLiteral(syncOffSetting)}, true) = 'off' then`,
    "    return new;",
    "  end if;",
    ...parts,
    "  return new;",
    "end",
  ].join("\n");
}

/** A renamed column and its copy are equal by then: both are null, and both are filled. */
function alsoUnderItsNewName({ column }: Mapping, { renamed }: TableChange): string {
  const copy = [...renamed].find(([, { from }]) => from === column)?.[0];
  return copy === undefined ? "" : `\n    new.${quoteIdentifier(copy)} := new.${quoteIdentifier(column)};`;
}

interface Scope {
  change: TableChange;
  /** SQL: whether the session is one of a new version; undefined when no new version is known. */
  byNew: string | undefined;
}

function writtenByNew(versions: readonly string[]): string | undefined {
  if (versions.length === 0) return undefined;
  return `current_setting('application_name') in (${versions.map(quoteLiteral).join(", ")})`;
}

function groupBody(group: SyncGroup, scope: Scope): string {
  const up = group.up.map((mapping) => assign(mapping, scope));
  const down = group.down.map((mapping) => assign(mapping, scope, { safe: true }));
  const { byNew } = scope;
  if (group.up.length === 0) return downOnly(group, scope);
  const provided = group.up.map(({ column }) => isGiven(column, scope));
  const changed = (columns: readonly string[]): string =>
    columns
      .map((column) =>
        differs(`new.${quoteIdentifier(column)}`, `old.${quoteIdentifier(column)}`, typeOf(column, scope)),
      )
      .join(" or ");
  const set = new Set([...group.up, ...group.down].map(({ column }) => column));
  const reads = [
    ...new Set([...group.up, ...group.down].flatMap((mapping) => [...readable(mapping, scope)])),
  ].filter((column) => !set.has(column));
  // A column that numbers its rows by itself has its number under the old name, whoever leaves it out.
  const byNewOr =
    byNew === undefined || group.up.some(({ column }) => numbersItself(column, scope)) ? [] : [byNew];
  return [
    "  if tg_op = 'INSERT' then",
    `    if ${[...provided, ...byNewOr].join(" or ")} then`,
    ...orElse(down),
    "    else",
    ...up,
    "    end if;",
    `  elsif ${changed(group.up.map(({ column }) => column))} then`,
    ...orElse(down),
    ...(group.down.length === 0
      ? []
      : [`  elsif ${changed(group.down.map(({ column }) => column))} then`, ...up]),
    ...(reads.length === 0
      ? []
      : [
          `  elsif ${changed(reads)} then`,
          ...(byNew === undefined
            ? up
            : [`    if ${byNew} then`, ...orElse(down), "    else", ...up, "    end if;"]),
        ]),
    "  end if;",
  ].join("\n");
}

function numbersItself(column: string, { change }: Scope): boolean {
  const from = change.renamed.get(column)?.from;
  const own = change.before.columns.find(({ name }) => name === from);
  return own !== undefined && own.notNull && (own.identity !== null || own.defaultIsVolatile);
}

function orElse(lines: string[]): string[] {
  return lines.length === 0 ? ["    null;"] : lines;
}

/** Old columns that the new version knows nothing of: given a value where it leaves them out. */
function downOnly(group: SyncGroup, scope: Scope): string {
  return group.down
    .map(
      (mapping) =>
        `  if tg_op = 'INSERT' and new.${quoteIdentifier(mapping.column)} is null then\n${assign(mapping, scope, { safe: true })}\n  end if;`,
    )
    .join("\n");
}

/** SQL: whether an inserted row gives a new column another value than it would have by itself. */
function isGiven(column: string, scope: Scope): string {
  const value = `new.${quoteIdentifier(column)}`;
  const byItself = keptDefault(column, scope);
  return byItself === "null"
    ? `${value} is not null`
    : differs(value, `(${byItself})`, typeOf(column, scope));
}

/** An added column's default while both shapes are alive: none where evaluating it twice gives two values. */
function keptDefault(column: string, { change }: Scope): string {
  const { renamed, added, before } = change;
  const from = renamed.get(column)?.from;
  const definition =
    from === undefined
      ? (added.get(column)?.column ?? twinOf(column, change))
      : before.columns.find(({ name }) => name === from);
  if (definition === undefined || definition.default === null || definition.defaultIsVolatile) return "null";
  return definition.generated === null ? definition.default : "null";
}

function typeOf(column: string, { change }: Scope): string {
  const from = change.renamed.get(column)?.from ?? column;
  const definition =
    change.added.get(column)?.column ??
    twinOf(column, change) ??
    change.before.columns.find(({ name }) => name === from);
  return definition?.type ?? "";
}

/** A hidden column that a version writes through a view of its own. */
function twinOf(column: string, { replacements }: TableChange): Column | undefined {
  return replacements.find(({ hidden }) => hidden === column)?.twin?.column;
}

function readable(mapping: Mapping, { change }: Scope): Set<string> {
  const known = new Set([
    ...change.before.columns.map(({ name }) => name),
    ...change.added.keys(),
    ...change.renamed.keys(),
    ...change.replacements.flatMap(({ hidden, twin }) => (twin === undefined ? [] : [hidden])),
  ]);
  return new Set(
    [...columnsOf(withoutGenerated(mapping.expression, change), { table: change.relation.name })].filter(
      (name) => known.has(name),
    ),
  );
}

/** Generated columns have no value yet in a BEFORE trigger: their expressions stand for them. */
function withoutGenerated(expression: Expression, { before, relation }: TableChange): Expression {
  return replaceColumns(expression, {
    table: relation.name,
    replace: (name) => {
      const column = before.columns.find((each) => each.name === name);
      return column === undefined || column.generated === null || column.default === null
        ? undefined
        : parseExpression(column.default, name);
    },
  });
}

function assign(mapping: Mapping, { change }: Scope, options: { safe?: boolean } = {}): string {
  const target = `new.${quoteIdentifier(mapping.column)}`;
  const value = neverNull(mapping, overNew(mapping.expression, change), change);
  const assignment = `${target} := ${value};`;
  const type = typeOf(mapping.column, { change, byNew: undefined });
  if (options.safe === true || !mayRaise(mapping, type)) return `    ${assignment}`;
  // A write of the old version must not fail for want of a new value: the row stays without one, and the
  // verification finds it.
  return `    begin\n      ${assignment}\n    exception when others then\n      ${target} := null;\n    end;`;
}

/**
 * An old column that is mandatory stays so for the old version, and the new version's write must not fail on it:
 * where the new shape says nothing, the old column has its default.
 */
function neverNull({ column }: Mapping, value: string, { before }: TableChange): string {
  const own = before.columns.find(({ name }) => name === column);
  if (own === undefined || !own.notNull || own.default === null || own.defaultIsVolatile) return value;
  return own.generated === null ? `coalesce(${value}, ${own.default})` : value;
}

/** The expression over the row in NEW. */
function overNew(expression: Expression, change: TableChange): string {
  const plain = withoutGenerated(expression, change);
  const table = change.relation.name;
  if (hasQuery(plain))
    return `(select ${printExpression(plain)} from (select new.*) as ${quoteIdentifier(table)})`;
  return printExpression(
    replaceColumns(plain, {
      table,
      replace: (name) => ({
        ColumnRef: { fields: [{ String: { sval: "new" } }, { String: { sval: name } }] },
      }),
    }),
  );
}
