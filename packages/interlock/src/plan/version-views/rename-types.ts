import type { Node } from "libpg-query";
import { deparseSync } from "pgsql-deparser";
import { parseStatements } from "../../sql/parse.ts";
import { fields } from "../expression.ts";

/** Types that stand in another schema for a while, by schema and name. */
export interface MovedTypes {
  types: readonly { schema: string; name: string }[];
  to: string;
  /** Tables and views that have one of the same name there. */
  relations?: readonly { schema: string; name: string }[];
}

/** A statement as PostgreSQL prints it, with types taken from where they stand for a while. */
export function moveTypesInStatement(sql: string, moved: MovedTypes): string {
  return moved.types.some(({ name }) => sql.includes(name)) ? moveNames(sql, moved) : sql;
}

/** The same, with the relations as well. */
export function moveNames(sql: string, moved: MovedTypes): string {
  const [statement] = parseStatements(sql, sql);
  if (statement === undefined) throw new Error(`no statement: ${sql}`);
  return deparseSync(inTree(statement.node, moved) as Node, { pretty: false }).replace(/;\s*$/, "");
}

export function moveTypesInExpression(text: string, moved: MovedTypes): string {
  return moveTypesInStatement(`select ${text}`, moved).replace(/^select /i, "");
}

/** The definition of a constraint. */
export function moveTypesInConstraint(definition: string, moved: MovedTypes): string {
  const start = "alter table t add constraint c ";
  return moveTypesInStatement(start + definition, moved).replace(/^.*? constraint c /is, "");
}

function inTree(tree: unknown, moved: MovedTypes): unknown {
  if (Array.isArray(tree)) return tree.map((item) => inTree(item, moved));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => {
      if (isMovedRelation(value, moved)) return [key, { ...fields(value), schemaname: moved.to }];
      if (key !== "typeName" && key !== "TypeName") return [key, inTree(value, moved)];
      const names = fields(value)["names"];
      const parts = Array.isArray(names)
        ? names.map((part) => String(fields(fields(part)["String"])["sval"]))
        : [];
      const [schema, name] = parts.length === 1 ? ["public", parts[0]] : parts;
      const is = moved.types.some((type) => type.schema === schema && type.name === name);
      if (!is) return [key, value];
      const there = [moved.to, name ?? ""].map((sval) => ({ String: { sval } }));
      return [key, { ...fields(value), names: there }];
    }),
  );
}

function isMovedRelation(value: unknown, { relations = [] }: MovedTypes): boolean {
  const { relname, schemaname = "public" } = fields(value);
  return relations.some(({ schema, name }) => name === relname && schema === schemaname);
}
