import { displayName, quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import { cannotPlan } from "../cannot-plan.ts";
import { ddl, relationKey, sameRelation, type Draft } from "../draft.ts";
import type { TableChange } from "../model.ts";
import { shownName } from "../names.ts";
import type { RenameTable } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { relationOf, stringAt } from "../tree.ts";

/**
 * Both names work until the old version is gone. By default a view bears the new name, and the table is renamed in
 * the end; where the new version does to it what PostgreSQL lets nobody do to a view (COPY FROM, TRUNCATE), the table
 * is renamed at once and the view bears the old name.
 */
export const renameTable = operationKind<RenameTable>({
  kind: "rename-table",
  title: "A table gets another name or another schema",
  fromStatement(name, fields) {
    const table = relationOf(fields["relation"]);
    if (name === "RenameStmt" && fields["renameType"] === "OBJECT_TABLE") {
      const to = stringAt(fields, "newname");
      return to === undefined
        ? undefined
        : { kind: "rename-table", table, to: { schema: table.schema, name: to } };
    }
    if (name !== "AlterObjectSchemaStmt" || fields["objectType"] !== "OBJECT_TABLE") return undefined;
    const schema = stringAt(fields, "newschema");
    return schema === undefined
      ? undefined
      : { kind: "rename-table", table, to: { schema, name: table.name } };
  },
  draft(operation, { model, placement = "late" }) {
    const { table, to, index } = operation;
    const change = model.tables.get(relationKey(table));
    if (change?.after === undefined) return [];
    if (change.renamed.size + change.replacements.length > 0 || model.tables.has(relationKey(to))) {
      throw cannotPlan(operation, {
        what: `${shownName(table)} can't have two names while its columns get others too, or while ${shownName(to)} is another table's name.`,
        next: "Rename it in a change of its own.",
      });
    }
    const isLast = !model.operations.some(
      (each) => each.kind === "rename-table" && each.index > index && sameRelation(each.table, table),
    );
    if (!isLast) return [];
    return placement === "late" ? viewOfNewName(operation, change) : viewOfOldName(operation, change);
  },
});

function viewOfNewName({ table, to, index }: RenameTable, change: TableChange): Draft[] {
  const view = quoteQualified(to.schema, to.name);
  const columns = (change.after?.columns ?? []).map(({ name }) => name);
  return [
    {
      phase: "expand",
      slot: "names",
      order: index,
      step: ddl({
        title: `${shownName(table)} is called ${shownName(to)} too`,
        relations: [table],
        lock: "AccessShareLock",
        statements: viewOver(table, { as: to, columns }),
        undo: [`drop view ${view}`],
      }),
    },
    {
      phase: "contract",
      slot: "rename",
      order: index,
      step: ddl({
        title: `rename ${shownName(table)} to ${shownName(to)}`,
        relations: [table],
        statements: [`drop view ${view}`, ...rename(table, to)],
        undo: null,
      }),
    },
  ];
}

function viewOfOldName({ table, to, index }: RenameTable, change: TableChange): Draft[] {
  const view = quoteQualified(table.schema, table.name);
  const columns = change.before.columns.map(({ name }) => name);
  return [
    {
      phase: "expand",
      slot: "names",
      order: index,
      step: ddl({
        title: `rename ${shownName(table)} to ${shownName(to)}, and ${displayName(table.name)} is a view of it`,
        relations: [table],
        statements: [...rename(table, to), ...viewOver(to, { as: table, columns })],
        undo: [`drop view ${view}`, ...rename(to, table)],
      }),
    },
    {
      phase: "contract",
      slot: "rename",
      order: index,
      step: ddl({
        title: `drop the view ${shownName(table)}`,
        relations: [],
        statements: [`drop view ${view}`],
        undo: null,
      }),
    },
  ];
}

function rename(from: { schema: string; name: string }, to: { schema: string; name: string }): string[] {
  const moved = quoteQualified(to.schema, from.name);
  return [
    ...(from.schema === to.schema
      ? []
      : [`alter table ${quoteQualified(from.schema, from.name)} set schema ${quoteIdentifier(to.schema)}`]),
    ...(from.name === to.name ? [] : [`alter table ${moved} rename to ${quoteIdentifier(to.name)}`]),
  ];
}

/** A view through which PostgreSQL writes as whoever uses it, with the rights that the table gives. */
function viewOver(
  table: { schema: string; name: string },
  { as, columns }: { as: { schema: string; name: string }; columns: readonly string[] },
): string[] {
  const [view, own] = [quoteQualified(as.schema, as.name), quoteQualified(table.schema, table.name)];
  return [
    `create view ${view} with (security_invoker = true) as select ${columns.map(quoteIdentifier).join(", ")} from ${own}`,
    `do $interlock$
declare
  given record;
begin
  for given in
    select null::name as attname, x.* from pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) x
     where c.oid = ${quoteLiteral(own)}::regclass and x.grantee <> c.relowner
    union all
    select a.attname, x.* from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid, pg_catalog.aclexplode(a.attacl) x
     where c.oid = ${quoteLiteral(own)}::regclass and a.attnum > 0 and not a.attisdropped
       and exists (select from pg_catalog.pg_attribute v where v.attrelid = ${quoteLiteral(view)}::regclass and v.attname = a.attname)
  loop
    execute pg_catalog.format('grant %s%s on %s to %s%s', given.privilege_type,
      coalesce(' (' || pg_catalog.quote_ident(given.attname) || ')', ''), ${quoteLiteral(view)},
      case given.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(given.grantee)) end,
      case when given.is_grantable then ' with grant option' else '' end);
  end loop;
end
$interlock$`,
  ];
}
