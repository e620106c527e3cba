import { deparseSync } from "pgsql-deparser";
import type { Node } from "libpg-query";
import { child, isTree, list, names, text, type Tree } from "../../sql/tree.ts";
import { tableOf } from "../parameters/relations.ts";
import type { Table } from "../rows/read-tables.ts";

/** A column of a row that a statement looks for. A statement is taken to look for one row of each table. */
export interface Place {
  table: Table;
  column: string;
}

/** What a column has to be for the statement to touch a row. */
export type Requirement =
  | { kind: "value"; place: Place; value: string | null }
  | { kind: "not-null"; place: Place }
  /** An expression without parameters, over columns of the same table at most. */
  | { kind: "expression"; place: Place; sql: string }
  | { kind: "same"; place: Place; other: Place }
  | { kind: "parameter"; place: Place; number: number };

export interface Requirements {
  /** In the order in which the statement asks for them. */
  all: readonly Requirement[];
  /** Tables of which no row may match: those behind NOT EXISTS. */
  absent: readonly Table[];
}

/** What the columns of a query's source stand for: those of a table, or of a query that has its own sources. */
type Source = { table: Table } | { outputs: ReadonlyMap<string, Place> };

/** The sources that an expression may name, by their aliases; the inner ones first. */
interface Scope {
  sources: Map<string, Source>;
  outer: Scope | undefined;
  /** Queries in WITH, by name. */
  queries: Map<string, ReadonlyMap<string, Place>>;
}

/** What a statement's conditions ask of rows, as far as they say so plainly. What is not understood is left out. */
export function requirementsOf(node: Node, tables: readonly Table[]): Requirements {
  const reader = new Reader(tables);
  reader.query(node, { sources: new Map(), outer: undefined, queries: new Map() });
  return { all: reader.all, absent: reader.absent };
}

const statements = ["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"] as const;

class Reader {
  readonly all: Requirement[] = [];
  readonly absent: Table[] = [];
  readonly #tables: readonly Table[];

  constructor(tables: readonly Table[]) {
    this.#tables = tables;
  }

  /** Reads one statement and returns what its result columns stand for. */
  query(node: unknown, outer: Scope): ReadonlyMap<string, Place> {
    const kind = statements.find((one) => child(node, one) !== undefined);
    if (kind === undefined) return new Map();
    const statement = child(node, kind) ?? {};
    const scope: Scope = { sources: new Map(), outer, queries: new Map(outer.queries) };
    for (const item of list(child(statement, "withClause"), "ctes")) {
      const query = child(item, "CommonTableExpr");
      scope.queries.set(text(query, "ctename") ?? "", this.query(child(query, "ctequery"), scope));
    }
    if (kind === "SelectStmt" && child(statement, "larg") !== undefined) {
      const outputs = this.query({ SelectStmt: statement["larg"] }, scope);
      this.query({ SelectStmt: statement["rarg"] }, scope);
      return outputs;
    }
    const target = child(statement, "relation");
    if (kind === "InsertStmt") {
      this.query(child(statement, "selectStmt"), scope);
      return new Map();
    }
    if (target !== undefined) this.#source({ RangeVar: target }, scope);
    for (const item of [...list(statement, "fromClause"), ...list(statement, "usingClause")]) {
      this.#source(item, scope);
    }
    if (kind === "MergeStmt") this.#source(child(statement, "sourceRelation"), scope);
    this.#condition(statement["whereClause"] ?? statement["joinCondition"], scope);
    const written = new Set(
      list(statement, "targetList").map((item) => text(child(item, "ResTarget"), "name") ?? ""),
    );
    return kind === "SelectStmt"
      ? this.#outputs(list(statement, "targetList"), scope)
      : this.#outputs(list(child(statement, "returningClause"), "exprs"), scope, written);
  }

  #outputs(targets: readonly unknown[], scope: Scope, written?: ReadonlySet<string>): Map<string, Place> {
    const outputs = new Map<string, Place>();
    for (const item of targets) {
      const target = child(item, "ResTarget");
      const place = this.#place(target?.["val"], scope);
      // What an update returns is what it has written, not what was there.
      if (place === undefined || written?.has(place.column) === true) continue;
      outputs.set(text(target, "name") ?? place.column, place);
    }
    return outputs;
  }

  #source(item: unknown, scope: Scope): void {
    const range = child(item, "RangeVar");
    if (range !== undefined) {
      const name = text(range, "relname") ?? "";
      const alias = text(child(range, "alias"), "aliasname") ?? name;
      const query = text(range, "schemaname") === undefined ? scope.queries.get(name) : undefined;
      const table = query === undefined ? tableOf(range, this.#tables) : undefined;
      if (query !== undefined) scope.sources.set(alias, { outputs: query });
      else if (table !== undefined) scope.sources.set(alias, { table });
      return;
    }
    const join = child(item, "JoinExpr");
    if (join !== undefined) {
      this.#source(join["larg"], scope);
      this.#source(join["rarg"], scope);
      // An outer join passes rows without a match too.
      if (join["jointype"] === "JOIN_INNER") this.#condition(join["quals"], scope);
      return;
    }
    const sub = child(item, "RangeSubselect");
    if (sub === undefined) return;
    const outputs = this.query(child(sub, "subquery"), scope);
    scope.sources.set(text(child(sub, "alias"), "aliasname") ?? "", { outputs });
  }

  #condition(condition: unknown, scope: Scope): void {
    const all = child(condition, "BoolExpr");
    if (all !== undefined) {
      const parts = list(all, "args");
      if (all["boolop"] === "AND_EXPR") for (const part of parts) this.#condition(part, scope);
      else if (all["boolop"] === "OR_EXPR") this.#condition(parts[0], scope);
      else this.#negated(parts[0], scope);
      return;
    }
    const nullness = child(condition, "NullTest");
    if (nullness !== undefined) {
      const place = this.#place(nullness["arg"], scope);
      const isNull = nullness["nulltesttype"] === "IS_NULL";
      if (place !== undefined)
        this.all.push(isNull ? { kind: "value", place, value: null } : { kind: "not-null", place });
      return;
    }
    const membership = child(condition, "SubLink");
    if (membership !== undefined) {
      const outputs = this.query(child(membership, "subselect"), scope);
      const [other] = outputs.values();
      const place = this.#place(membership["testexpr"], scope);
      if (place !== undefined && other !== undefined) this.all.push({ kind: "same", place, other });
      return;
    }
    const comparison = child(condition, "A_Expr");
    if (comparison !== undefined) this.#comparison(comparison, scope);
    const flag = this.#place(condition, scope);
    if (flag !== undefined) this.all.push({ kind: "value", place: flag, value: "true" });
  }

  #negated(condition: unknown, scope: Scope): void {
    const flag = this.#place(condition, scope);
    if (flag !== undefined) this.all.push({ kind: "value", place: flag, value: "false" });
    const exists = child(condition, "SubLink");
    const select = child(child(exists, "subselect"), "SelectStmt");
    for (const item of list(select, "fromClause")) {
      const table = tableOf(child(item, "RangeVar"), this.#tables);
      if (table !== undefined) this.absent.push(table);
    }
  }

  #comparison(comparison: Tree, scope: Scope): void {
    const operator = names(list(comparison, "name")).at(-1) ?? "";
    const left = comparison["lexpr"];
    const right = comparison["rexpr"];
    if (comparison["kind"] === "AEXPR_IN" && operator === "=") {
      const [first] = list(child(right, "List"), "items");
      this.#compare({ left, operator, right: first }, scope);
      return;
    }
    if (comparison["kind"] !== "AEXPR_OP") return;
    if (this.#place(left, scope) !== undefined) {
      this.#compare({ left, operator, right }, scope);
      return;
    }
    const turned = ({ "<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=" } as Record<string, string>)[
      operator
    ];
    if (turned !== undefined) this.#compare({ left: right, operator: turned, right: left }, scope);
  }

  #compare(
    { left, operator, right }: { left: unknown; operator: string; right: unknown },
    scope: Scope,
  ): void {
    const place = this.#place(left, scope);
    if (place === undefined) return;
    const other = this.#place(right, scope);
    if (other !== undefined && operator === "=") {
      if (other.table !== place.table || other.column !== place.column)
        this.all.push({ kind: "same", place, other });
      return;
    }
    const number = child(withoutCast(right), "ParamRef")?.["number"];
    if (typeof number === "number") {
      if (["=", "<=", ">="].includes(operator)) this.all.push({ kind: "parameter", place, number });
      return;
    }
    const constant = operator === "=" ? constantOf(withoutCast(right)) : undefined;
    if (constant !== undefined) this.all.push({ kind: "value", place, value: constant });
    else this.#expression({ place, operator, right }, scope);
  }

  #expression(
    { place, operator, right }: { place: Place; operator: string; right: unknown },
    scope: Scope,
  ): void {
    const shift = shifts[operator];
    const others = columnsIn(right).map((column) => this.#place(column, scope));
    if (shift === undefined || hasParameter(right) || others.some((other) => other?.table !== place.table))
      return;
    const sql = deparseSync(unqualified(right) as Node);
    this.all.push({ kind: "expression", place, sql: `(${sql})${shiftOf(shift, place)}` });
  }

  /** The column that an expression names, by itself or under a cast. */
  #place(expression: unknown, scope: Scope): Place | undefined {
    const reference = child(withoutCast(expression), "ColumnRef");
    if (reference === undefined) return undefined;
    const parts = names(list(reference, "fields"));
    const column = parts.at(-1) ?? "";
    const qualifier = parts.at(-2);
    for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
      for (const [alias, source] of at.sources) {
        if (qualifier !== undefined && qualifier !== alias) continue;
        const place =
          "outputs" in source
            ? source.outputs.get(column)
            : source.table.columns.some(({ name }) => name === column)
              ? { table: source.table, column }
              : undefined;
        if (place !== undefined) return place;
      }
    }
    return undefined;
  }
}

const shifts: Readonly<Record<string, -1 | 0 | 1>> = { "=": 0, "<=": 0, ">=": 0, "<": -1, ">": 1 };

/** What makes a value smaller or greater than one of the column's type. */
function shiftOf(shift: -1 | 0 | 1, { table, column }: Place): string {
  if (shift === 0) return "";
  const type = table.columns.find(({ name }) => name === column)?.type ?? "";
  const step = /^(timestamp|time|interval)/.test(type) ? "interval '1 hour'" : "1";
  return `${shift === 1 ? " + " : " - "}${step}`;
}

function withoutCast(expression: unknown): unknown {
  const cast = child(expression, "TypeCast");
  return cast === undefined ? expression : withoutCast(cast["arg"]);
}

function constantOf(expression: unknown): string | undefined {
  const constant = child(expression, "A_Const");
  if (constant === undefined || constant["isnull"] === true) return undefined;
  const integer = child(constant, "ival");
  if (integer !== undefined) return String(integer["ival"] ?? 0);
  const boolean = child(constant, "boolval");
  if (boolean !== undefined) return String(boolean["boolval"] ?? false);
  return text(child(constant, "sval"), "sval") ?? text(child(constant, "fval"), "fval");
}

function columnsIn(expression: unknown): unknown[] {
  if (Array.isArray(expression)) return expression.flatMap(columnsIn);
  if (!isTree(expression)) return [];
  if (child(expression, "ColumnRef") !== undefined) return [expression];
  return Object.values(expression).flatMap(columnsIn);
}

function hasParameter(expression: unknown): boolean {
  if (Array.isArray(expression)) return expression.some(hasParameter);
  if (!isTree(expression)) return false;
  return Object.entries(expression).some(
    ([key, member]) => key === "ParamRef" || key === "SubLink" || hasParameter(member),
  );
}

/** With its columns by their own names: it is put where only their table is. */
function unqualified(expression: unknown): unknown {
  if (Array.isArray(expression)) return expression.map(unqualified);
  if (!isTree(expression)) return expression;
  const reference = child(expression, "ColumnRef");
  if (reference !== undefined) {
    return { ColumnRef: { ...reference, fields: list(reference, "fields").slice(-1) } };
  }
  return Object.fromEntries(Object.entries(expression).map(([key, member]) => [key, unqualified(member)]));
}
