import type { Node } from "libpg-query";
import { deparseSync } from "pgsql-deparser";
import { parseStatements } from "../sql/parse.ts";
import { fields } from "./expression.ts";

/** Other names for columns, and for tables' columns that a foreign key points to. */
export interface NewNames {
  columns: ReadonlyMap<string, string>;
  /** Of a foreign key: the columns of the table that it points to. */
  referenced?: ReadonlyMap<string, string>;
  /** Of an index: its own new name. */
  index?: string;
}

const nobody: ReadonlyMap<string, string> = new Map();

/** A CREATE INDEX, as PostgreSQL prints it, with other names. */
export function renameInIndex(definition: string, names: NewNames): string {
  return renamed(definition, names);
}

/** The definition of a CHECK or a foreign key, as PostgreSQL prints it, with other names. */
export function renameInConstraint(definition: string, names: NewNames): string {
  const text = renamed(`alter table t add constraint c ${definition.replace(/ NOT VALID$/, "")}`, names);
  return text.replace(/^.*? CONSTRAINT c /is, "");
}

function renamed(sql: string, names: NewNames): string {
  const [statement] = parseStatements(sql, sql);
  if (statement === undefined) throw new Error(`no statement: ${sql}`);
  return deparseSync(inTree(statement.node, names) as Node, { pretty: false }).replace(/;\s*$/, "");
}

function inTree(tree: unknown, names: NewNames): unknown {
  if (Array.isArray(tree)) return tree.map((item) => inTree(item, names));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, inField(key, value, names)]));
}

function inField(key: string, value: unknown, names: NewNames): unknown {
  const { columns, referenced = nobody, index } = names;
  switch (key) {
    case "ColumnRef": {
      const parts = fields(value)["fields"];
      const last = Array.isArray(parts) ? nameOf(parts.at(-1)) : undefined;
      const other = last === undefined ? undefined : columns.get(last);
      return other === undefined ? value : { fields: [{ String: { sval: other } }] };
    }
    case "fk_attrs":
    case "keys":
    case "including":
    case "fk_del_set_cols":
      return listed(value, columns);
    case "pk_attrs":
      return listed(value, referenced);
    case "IndexElem": {
      const element = fields(inTree(value, names));
      const name = element["name"];
      return typeof name === "string" ? { ...element, name: columns.get(name) ?? name } : element;
    }
    case "IndexStmt":
      return { ...fields(inTree(value, names)), ...(index === undefined ? {} : { idxname: index }) };
    default:
      return inTree(value, names);
  }
}

function listed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((item): unknown => {
    const other = names.get(nameOf(item) ?? "");
    return other === undefined ? item : { String: { sval: other } };
  });
}

function nameOf(node: unknown): string | undefined {
  const text = fields(fields(node)["String"])["sval"];
  return typeof text === "string" ? text : undefined;
}
