import type { Column } from "../../catalog/table.ts";
import { displayName, quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import { becomeIdentity } from "../identity.ts";
import type { Replacement, TableChange } from "../model.ts";
import { temporaryName } from "../names.ts";

/** A column and the hidden one that takes its place, with what both were and will be. */
interface Exchange {
  change: TableChange;
  replacement: Replacement;
  before: Column;
  after: Column;
}

/** The statements of one transaction in which hidden columns take the places of those they were made for. */
export function exchangeColumns(change: TableChange): string[] {
  const exchanges = change.replacements.map((replacement): Exchange => {
    const [before, after] = [change.before, change.after].map((table) =>
      table?.columns.find(({ name }) => name === replacement.column),
    );
    if (before === undefined || after === undefined) throw new Error(`${replacement.column} is gone`);
    return { change, replacement, before, after };
  });
  return [
    ...exchanges.flatMap(prove),
    ...exchanges.flatMap(keepSequences),
    ...exchanges.map(
      ({ replacement }) =>
        `alter table ${tableName(change)} drop column ${quoteIdentifier(replacement.column)}`,
    ),
    ...exchanges.flatMap(takeName),
  ];
}

function tableName({ relation }: TableChange): string {
  return quoteQualified(relation.schema, relation.name);
}

/** The name of the CHECK that proves a hidden column to be never null. */
export function proofName(change: TableChange, { column }: Replacement): string {
  return quoteIdentifier(temporaryName("not_null", change.relation, column));
}

/** From version 18 on NOT NULL is a constraint with a name: the one that the migration would leave. */
function notNullName({ change, replacement }: Exchange): string | undefined {
  return change.after?.constraints.find(
    ({ kind, columns }) => kind === "not-null" && columns[0] === replacement.column,
  )?.name;
}

function temporaryNotNull({ change, replacement }: Exchange): string {
  return quoteIdentifier(temporaryName("nn", change.relation, replacement.column));
}

function prove(exchange: Exchange): string[] {
  const { change, replacement, after } = exchange;
  if (!after.notNull) return [];
  const table = tableName(change);
  const hidden = quoteIdentifier(replacement.hidden);
  return [
    notNullName(exchange) === undefined
      ? `alter table ${table} alter column ${hidden} set not null`
      : `alter table ${table} add constraint ${temporaryNotNull(exchange)} not null ${hidden}`,
    `alter table ${table} drop constraint ${proofName(change, replacement)}`,
  ];
}

/** A sequence goes with the column that it belongs to: it is given to the other one, or its place is taken. */
function keepSequences({ change, replacement, before, after }: Exchange): string[] {
  const table = tableName(change);
  const hidden = quoteIdentifier(replacement.hidden);
  return before.ownedSequences.flatMap((sequence) => {
    const name = quoteQualified(sequence.schema, sequence.name);
    if (before.identity === null) return [`alter sequence ${name} owned by ${table}.${hidden}`];
    const old = temporaryName("sequence", change.relation, sequence.name);
    return [
      `alter sequence ${name} rename to ${quoteIdentifier(old)}`,
      ...becomeIdentity({
        table,
        column: replacement.hidden,
        after,
        from: quoteQualified(sequence.schema, old),
      }),
    ];
  });
}

function takeName(exchange: Exchange): string[] {
  const { change, replacement, after } = exchange;
  const table = tableName(change);
  const own = quoteIdentifier(replacement.column);
  const notNull = after.notNull ? notNullName(exchange) : undefined;
  const alter = `alter table ${table} alter column ${own}`;
  return [
    `alter table ${table} rename column ${quoteIdentifier(replacement.hidden)} to ${own}`,
    ...(notNull === undefined
      ? []
      : [
          `alter table ${table} rename constraint ${temporaryNotNull(exchange)} to ${quoteIdentifier(notNull)}`,
        ]),
    ...(after.default === null || after.generated !== null ? [] : [`${alter} set default ${after.default}`]),
    ...(after.comment === null
      ? []
      : [`comment on column ${table}.${own} is ${quoteLiteral(after.comment)}`]),
    ...(after.statisticsTarget === null ? [] : [`${alter} set statistics ${String(after.statisticsTarget)}`]),
    ...(after.storage === null ? [] : [`${alter} set storage ${after.storage}`]),
    ...(after.compression === null ? [] : [`${alter} set compression ${after.compression}`]),
    ...(after.options.length === 0 ? [] : [`${alter} set (${after.options.join(", ")})`]),
    ...after.grants.map(
      ({ who, right, grantable }) =>
        `grant ${right} (${own}) on ${table} to ${who === null ? "public" : quoteIdentifier(who)}${grantable ? " with grant option" : ""}`,
    ),
  ];
}

/** What a step that exchanges columns is called. */
export function exchangeTitle({ replacements, relation }: TableChange): string {
  const shown = relation.schema === "public" ? [relation.name] : [relation.schema, relation.name];
  return replacements
    .map(({ column, type, shownType }) => `${displayName(...shown, column)} becomes ${shownType ?? type}`)
    .join("; ");
}
