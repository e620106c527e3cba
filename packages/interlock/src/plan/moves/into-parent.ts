import { relationKey, sameRelation } from "../draft.ts";
import { columnOf, columnsOf, fields, onlyColumn, type Expression } from "../expression.ts";
import type { TableChange } from "../model.ts";
import type { PassThrough } from "../operation.ts";
import { listAt, relationOf, stringAt } from "../tree.ts";
import { childKeys, givenBy, type MoveInput } from "./move-input.ts";
import type { Given, Move } from "./move.ts";
import { overTable } from "./over-table.ts";
import { conjunction, onlyTable } from "./simple-select.ts";

/** `update parent set … from child where child.key = parent.key`, which fills columns that the change adds. */
export function intoParent(operation: PassThrough, { operations, tables }: MoveInput): Move | undefined {
  const update = fields(fields(operation.node)["UpdateStmt"]);
  const from = onlyTable(update);
  const target = fields(update["relation"]);
  const parent = tables.get(relationKey(relationOf(target)));
  const child = from === undefined ? undefined : tables.get(relationKey(from.from));
  if (from === undefined || parent?.after === undefined || child === undefined || parent === child)
    return undefined;
  if (update["withClause"] !== undefined || update["returningClause"] !== undefined) return undefined;
  const dropped = operations.some(
    (each) => each.kind === "drop-table" && each.tables.some((table) => sameRelation(table, child.relation)),
  );
  if (!dropped || parent.before.primaryKey.length === 0) return undefined;
  const names = {
    parent: {
      alias: stringAt(fields(target["alias"]), "aliasname") ?? parent.relation.name,
      table: parent.relation.name,
    },
    child: { alias: from.alias, table: child.relation.name },
  };
  const { key, rest } = readJoin(update["whereClause"] as Expression | undefined, { parent, child, names });
  if (key.length !== parent.before.primaryKey.length) return undefined;
  if (!key.every((pair) => parent.before.primaryKey.includes(pair.parent))) return undefined;
  const toParent: Given[] = [];
  for (const each of listAt(update, "targetList")) {
    const { name, val, indirection } = fields(fields(each)["ResTarget"]);
    const added = typeof name === "string" ? parent.added.get(name) : undefined;
    if (added === undefined || indirection !== undefined || fields(val)["MultiAssignRef"] !== undefined)
      return undefined;
    toParent.push(givenBy(added.column, overTable(val as Expression, names.child)));
  }
  const conditions = rest.map((condition) => overTable(condition, names.child));
  const constants = conditions.map((condition) => constantOf(condition, child));
  if (constants.some((constant) => constant === undefined)) return undefined;
  return {
    parent: parent.relation,
    child: child.relation,
    old: "child",
    key,
    toChild: [
      ...key.flatMap((pair) => {
        const column = child.before.columns.find(({ name }) => name === pair.child);
        return column === undefined ? [] : [givenBy(column, columnOf(parent.relation.name, pair.parent))];
      }),
      ...constants.flatMap((constant) => constant ?? []),
    ],
    toParent,
    present: presence(toParent, { parent, child }),
    among: conditions.length === 0 ? undefined : joined("AND_EXPR", conditions),
    ...childKeys(child.before, key),
    parentKey: parent.before.primaryKey,
    overriding: false,
    order: operation.index,
    source: `${operation.file}:${String(operation.line)}`,
  };
}

interface Join {
  parent: TableChange;
  child: TableChange;
  names: Record<"parent" | "child", { alias: string; table: string }>;
}

/** Takes a join's condition apart into the columns that are equal and what it says of the child alone. */
function readJoin(
  where: Expression | undefined,
  { parent, child, names }: Join,
): { key: Move["key"]; rest: Expression[] } {
  const key: Move["key"] = [];
  const rest: Expression[] = [];
  const side = (node: unknown): { of: "parent" | "child"; name: string } | undefined => {
    for (const role of ["child", "parent"] as const) {
      const table = role === "parent" ? parent : child;
      const name = onlyColumn(node as Expression, { table: names[role].alias });
      const known = [...table.before.columns.map((column) => column.name), ...table.added.keys()];
      if (name !== undefined && known.includes(name)) return { of: role, name };
    }
    return undefined;
  };
  for (const condition of conjunction(where)) {
    const { kind, name, lexpr, rexpr } = fields(fields(condition)["A_Expr"]);
    const equal = kind === "AEXPR_OP" && JSON.stringify(name).includes('"="');
    const [left, right] = equal ? [side(lexpr), side(rexpr)] : [undefined, undefined];
    if (left !== undefined && right !== undefined && left.of !== right.of) {
      const [own, other] = left.of === "parent" ? [left, right] : [right, left];
      const type = child.before.columns.find((column) => column.name === other.name)?.type ?? "";
      key.push({ parent: own.name, child: other.name, type });
    } else rest.push(condition);
  }
  return { key, rest };
}

/** `child.column = constant`, as what a new row of the child has there. */
function constantOf(condition: Expression, child: TableChange): Given | undefined {
  const { kind, name, lexpr, rexpr } = fields(fields(condition)["A_Expr"]);
  if (kind !== "AEXPR_OP" || !JSON.stringify(name).includes('"="')) return undefined;
  const column = child.before.columns.find(
    (each) => each.name === onlyColumn(lexpr as Expression, { table: child.relation.name }),
  );
  const constant = rexpr as Expression;
  const isConstant = columnsOf(constant, { table: child.relation.name }).size === 0;
  return column === undefined || !isConstant ? undefined : givenBy(column, constant);
}

/** A row of the child is there when the parent has what is mandatory in it, or anything at all. */
function presence(
  toParent: readonly Given[],
  { parent, child }: { parent: TableChange; child: TableChange },
): Expression {
  const mandatory = toParent.filter(({ expression }) => {
    const name = onlyColumn(expression, { table: child.relation.name });
    return child.before.columns.some((column) => column.name === name && column.notNull);
  });
  const tests = (mandatory.length > 0 ? mandatory : toParent).map(({ column }): Expression => ({
    NullTest: { arg: columnOf(parent.relation.name, column), nulltesttype: "IS_NOT_NULL" },
  }));
  return joined(mandatory.length > 0 ? "AND_EXPR" : "OR_EXPR", tests);
}

function joined(boolop: "AND_EXPR" | "OR_EXPR", args: Expression[]): Expression {
  const [only, ...others] = args;
  return only !== undefined && others.length === 0 ? only : { BoolExpr: { boolop, args } };
}
