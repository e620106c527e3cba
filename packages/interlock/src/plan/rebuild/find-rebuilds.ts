import type { Node } from "libpg-query";
import { deparseSync } from "pgsql-deparser";
import { parseStatements } from "../../sql/parse.ts";
import type { Table } from "../../catalog/table.ts";
import { relationKey, sameRelation } from "../draft.ts";
import { fields, onlyColumn } from "../expression.ts";
import type { MoveInput } from "../moves/move-input.ts";
import { givenBy } from "../moves/move-input.ts";
import { isPlain, overTable } from "../moves/over-table.ts";
import { readSimpleSelect } from "../moves/simple-select.ts";
import { temporaryName } from "../names.ts";
import type { Operation, PassThrough } from "../operation.ts";
import type { Relation } from "../plan.ts";
import { listAt, relationOf, relationsOf, stringAt } from "../tree.ts";
import type { Rebuild, StagedStatement } from "./rebuild.ts";

/**
 * The tables that a change makes anew: `alter table t rename to old; create table t …; insert into t select … from
 * old; drop table old`, or `create table n …; insert into n select … from t; drop table t; alter table n rename to t`.
 */
export function findRebuilds(input: MoveInput): Rebuild[] {
  return input.operations.flatMap((operation) => {
    const rebuild = operation.kind === "pass-through" ? readCopy(operation, input) : undefined;
    return rebuild === undefined ? [] : [rebuild];
  });
}

interface Names {
  /** The table's own. */
  relation: Relation;
  /** What the new table and the old one are called when the rows are copied. */
  made: Relation;
  copied: Relation;
}

function readCopy(operation: PassThrough, input: MoveInput): Rebuild | undefined {
  const insert = fields(fields(operation.node)["InsertStmt"]);
  const select = readSimpleSelect(insert["selectStmt"]);
  if (select === undefined || insert["onConflictClause"] !== undefined || insert["withClause"] !== undefined)
    return undefined;
  const names = namesOf({ made: relationOf(insert["relation"]), copied: select.from }, input);
  const before = names === undefined ? undefined : input.tables.get(relationKey(names.relation))?.before;
  const after = names === undefined ? undefined : input.after.get(relationKey(names.relation));
  if (names === undefined || before === undefined || after === undefined || before.primaryKey.length === 0)
    return undefined;
  const targets = listAt(insert, "cols").map(
    (each) => stringAt(fields(fields(each)["ResTarget"]), "name") ?? "",
  );
  const columns = targets.length > 0 ? targets : after.columns.map(({ name }) => name);
  const table = names.relation.name;
  const values = select.items.flatMap((item, at) => {
    const column = after.columns.find(({ name }) => name === columns[at]);
    return column === undefined ? [] : [givenBy(column, overTable(item, { alias: select.alias, table }))];
  });
  const key = keyOf(after, before).flatMap((name) => {
    const given = values.find(({ column }) => column === name);
    const old =
      given === undefined || !isPlain(given.expression) ? undefined : onlyColumn(given.expression, { table });
    return given === undefined || old === undefined ? [] : [{ old, new: name, type: given.type }];
  });
  if (
    values.length !== select.items.length ||
    !before.primaryKey.every((name) => key.some(({ old }) => old === name))
  )
    return undefined;
  const identity = values
    .map(({ column }) => column)
    .filter((column) => after.columns.find(({ name }) => name === column)?.identity === "always");
  return {
    relation: names.relation,
    staging: temporaryName("next", names.relation),
    oldName: sameRelation(names.copied, names.relation) ? undefined : names.copied.name,
    key,
    oldKey: before.primaryKey,
    values,
    present: select.where === undefined ? undefined : overTable(select.where, { alias: select.alias, table }),
    identity,
    order: operation.index,
    ...statementsOf(operation, { names, before, operations: input.operations, tables: input.tables }),
  };
}

/** The columns that tell the new table's rows apart: its primary key, else the old one's. */
function keyOf(after: Table, before: Table): string[] {
  return after.primaryKey.length > 0 ? after.primaryKey : before.primaryKey;
}

/** Whether a copy is into a table that takes the place of the one that is copied, which goes. */
function namesOf(
  { made, copied }: Omit<Names, "relation">,
  { operations, tables }: MoveInput,
): Names | undefined {
  const created = operations.some((each) => each.kind === "create-table" && sameRelation(each.table, made));
  const dropped = operations.some(
    (each) => each.kind === "drop-table" && each.tables.some((table) => sameRelation(table, copied)),
  );
  if (!created || !dropped || sameRelation(made, copied)) return undefined;
  const renamed = (from: Relation, to: Relation): boolean =>
    operations.some((each) => {
      const rename = renameOf(each);
      return rename !== undefined && sameRelation(rename.from, from) && sameRelation(rename.to, to);
    });
  if (tables.has(relationKey(made)) && renamed(made, copied)) return { relation: made, made, copied };
  return tables.has(relationKey(copied)) && renamed(made, copied)
    ? { relation: copied, made, copied }
    : undefined;
}

/** The renaming of a table that an operation is. */
export function renameOf(operation: Operation): { from: Relation; to: Relation } | undefined {
  if (operation.kind !== "pass-through") return undefined;
  const rename = fields(fields(operation.node)["RenameStmt"]);
  const to = stringAt(rename, "newname");
  if (rename["renameType"] !== "OBJECT_TABLE" || to === undefined) return undefined;
  const from = relationOf(rename["relation"]);
  return { from, to: { schema: from.schema, name: to } };
}

/** Sorts the statements about either table into those that make the new one, those that end it, and those that need not run. */
function statementsOf(
  copy: PassThrough,
  {
    names,
    before,
    operations,
    tables,
  }: { names: Names; before: Table } & Pick<MoveInput, "operations" | "tables">,
): Pick<Rebuild, "frees" | "make" | "finish" | "afterwards" | "views" | "operations"> {
  const created = operations.find(
    (each) => each.kind === "create-table" && sameRelation(each.table, names.made),
  );
  const from = created?.index ?? copy.index;
  const takenOver = operations.find((each) => {
    const rename = renameOf(each);
    return (
      rename !== undefined && sameRelation(rename.from, names.made) && sameRelation(rename.to, names.copied)
    );
  });
  const sorted = { make: new Map<string, StagedStatement>(), finish: new Map<string, StagedStatement>() };
  const frees = new Map<string, StagedStatement>();
  const afterwards: StagedStatement[] = [];
  const views: StagedStatement[] = [];
  const mine = new Set<number>([copy.index]);
  // With its partitions.
  const made = [names.made];
  for (const operation of operations) {
    const { index, sql, line } = operation;
    const about = subjectsOf(operation);
    const isNew =
      index >= from &&
      about.some(
        (relation) =>
          made.some((each) => sameRelation(relation, each)) ||
          (takenOver !== undefined && index > takenOver.index && sameRelation(relation, names.relation)),
      );
    const isBlock = operation.kind === "pass-through" && "DoStmt" in operation.node && index >= from;
    const isOld =
      isForeignKeyTo(names.relation, operation, tables) ||
      about.some(
        (relation) => sameRelation(relation, names.copied) || sameRelation(relation, names.relation),
      ) ||
      ofOldTable(operation, before);
    const isIndexOfNew = index > from && !isOld && renamesIndexOrSequence(operation);
    if (index === copy.index) continue;
    if (isNew && operation.kind === "create-table") made.push(operation.table);
    const node = "node" in operation ? operation.node : undefined;
    const statement = { sql: operation.sql, order: index, isBlock };
    if (node !== undefined && isOfView(node, before)) {
      ("ViewStmt" in node ? afterwards : views).push(statement);
    } else if (isNew && node !== undefined && "CreateTrigStmt" in node) afterwards.push(statement);
    else if (isNew || isBlock || isIndexOfNew) {
      const last = node !== undefined && isSetval(node);
      sorted[last ? "finish" : "make"].set(`${operation.file}:${String(line)}:${sql}`, {
        ...statement,
        sql: last ? sql : pointedAtOld(operation, names),
      });
    } else if (isOld) {
      if (index < from && operation.kind !== "drop-constraint")
        frees.set(`${operation.file}:${String(line)}:${sql}`, statement);
    } else continue;
    mine.add(index);
  }
  const { make, finish } = sorted;
  return {
    frees: [...frees.values()],
    make: [...make.values()],
    finish: [...finish.values()],
    afterwards,
    views,
    operations: mine,
  };
}

/** The tables that a statement is about; of a partition its parent too. */
function subjectsOf(operation: Operation): Relation[] {
  if (operation.kind === "drop-table") return operation.tables;
  if (operation.kind === "create-table") return [operation.table, ...parentsOf(operation.sql)];
  if ("table" in operation) return [operation.table];
  if (operation.kind !== "pass-through" && operation.kind !== "change-object") return [];
  const [name = "", body] = Object.entries(operation.node)[0] ?? [];
  const inside = fields(body);
  if (name === "SelectStmt") return isSetval(operation.node) ? tablesIn(operation.node) : [];
  if (name === "CreateStmt") return [relationOf(inside["relation"]), ...parentsOf(operation.sql)];
  if (name === "GrantStmt")
    return listAt(inside, "objects").map((each) => relationOf(fields(each)["RangeVar"]));
  if (name === "CommentStmt") return commented(inside);
  if (name === "DropStmt") return [];
  return [relationOf(inside["relation"]), relationOf(inside["table"])].filter(({ name: own }) => own !== "");
}

function commented(comment: Record<string, unknown>): Relation[] {
  const parts = listAt(fields(fields(comment["object"])["List"]), "items").map(
    (item) => stringAt(fields(fields(item)["String"]), "sval") ?? "",
  );
  if (comment["objtype"] === "OBJECT_COLUMN") parts.pop();
  return [{ schema: parts.at(-2) ?? "public", name: parts.at(-1) ?? "" }];
}

function parentsOf(sql: string): Relation[] {
  const create = fields(fields(parsed(sql))["CreateStmt"]);
  return listAt(create, "inhRelations").map((parent) => relationOf(fields(parent)["RangeVar"]));
}

function parsed(sql: string): Node | undefined {
  return parseStatements(sql, sql)[0]?.node;
}

/** The end of a foreign key that points to the table, which changes over together with it. */
function isForeignKeyTo(relation: Relation, operation: Operation, tables: MoveInput["tables"]): boolean {
  if (operation.kind !== "drop-constraint") return false;
  return (
    tables
      .get(relationKey(operation.table))
      ?.before.constraints.some(
        ({ name, referenced }) =>
          name === operation.name && referenced !== null && sameRelation(referenced, relation),
      ) === true
  );
}

/** A renaming or drop of an index, a constraint or a sequence of the old table, which go with it. */
function ofOldTable(operation: Operation, before: Table): boolean {
  const own = new Set([
    ...before.indexes.map(({ name }) => name),
    ...before.columns.flatMap(({ ownedSequences }) => ownedSequences.map((sequence) => sequence.name)),
  ]);
  if (operation.kind === "drop-index") return operation.indexes.every(({ name }) => own.has(name));
  if (operation.kind !== "pass-through") return false;
  const rename = fields(fields(operation.node)["RenameStmt"]);
  if (rename["renameType"] === "OBJECT_TABCONSTRAINT") return false;
  return rename["relation"] !== undefined && own.has(relationOf(rename["relation"]).name);
}

function renamesIndexOrSequence(operation: Operation): boolean {
  if (operation.kind !== "pass-through") return false;
  const kind = fields(fields(operation.node)["RenameStmt"])["renameType"];
  return kind === "OBJECT_INDEX" || kind === "OBJECT_SEQUENCE";
}

/** A view that reads the old table: dropped before that goes, and made again on the new one. */
function isOfView(node: Node, { views }: Table): boolean {
  const own = views.map(({ name }) => name.replaceAll('"', "").split(".").at(-1));
  const view = fields(fields(node)["ViewStmt"])["view"];
  if (view !== undefined) return own.includes(relationOf(view).name);
  const drop = fields(fields(node)["DropStmt"]);
  return (
    drop["removeType"] === "OBJECT_VIEW" &&
    relationsOf(listAt(drop, "objects")).every(({ name }) => own.includes(name))
  );
}

function isSetval(node: Node): boolean {
  return "SelectStmt" in node && JSON.stringify(node).includes('"setval"');
}

function tablesIn(tree: unknown): Relation[] {
  if (Array.isArray(tree)) return tree.flatMap(tablesIn);
  return Object.entries(fields(tree)).flatMap(([key, value]) =>
    key === "RangeVar" ? [relationOf(value)] : tablesIn(value),
  );
}

/** `create table t (like old)`: the old table still has its own name then. */
function pointedAtOld(operation: Operation, { relation, copied }: Names): string {
  if (operation.kind !== "create-table" || sameRelation(relation, copied)) return operation.sql;
  const node = parsed(operation.sql);
  if (node === undefined || !JSON.stringify(node).includes("TableLikeClause")) return operation.sql;
  const text = JSON.stringify(node, (key, value: unknown) =>
    key === "relation" && stringAt(fields(value), "relname") === copied.name
      ? { ...fields(value), schemaname: relation.schema, relname: relation.name }
      : value,
  );
  return deparseSync(JSON.parse(text) as Node, { pretty: false }).replace(/;\s*$/, "");
}
