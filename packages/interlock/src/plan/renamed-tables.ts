import type { Node } from "libpg-query";
import { deparseSync } from "pgsql-deparser";
import { relationKey } from "./draft.ts";
import { fields } from "./expression.ts";
import type { Relation } from "./plan.ts";
import type { SourceFile } from "./recognise.ts";
import { listAt, relationOf, stringAt, textOf } from "./tree.ts";

/**
 * Tables that a change gives other names. Until the old version is gone a table keeps its own name, so whatever the
 * migration says of it later is said of the name of before.
 */
export class RenamedTables {
  readonly #before = new Map<string, Relation>();
  readonly #made: ReadonlySet<string>;

  constructor(files: readonly SourceFile[]) {
    this.#made = new Set(
      files.flatMap(({ statements }) =>
        statements.flatMap(({ node }) => {
          const create = fields(fields(node)["CreateStmt"]);
          return create["relation"] === undefined ? [] : [relationKey(relationOf(create["relation"]))];
        }),
      ),
    );
  }

  /** Whether the change makes a table of a name. */
  isTaken(table: Relation): boolean {
    return this.#made.has(relationKey(table));
  }

  add(table: Relation, to: Relation): void {
    this.#before.set(relationKey(to), table);
  }

  /** A statement with the names of before. */
  asBefore(statement: { node: Node; sql: string }): { node: Node; sql: string } {
    if (this.#before.size === 0) return statement;
    const node = this.#rewrite(statement.node) as Node;
    if (JSON.stringify(node) === JSON.stringify(statement.node)) return statement;
    return { node, sql: deparseSync(node, { pretty: false }).replace(/;\s*$/, "") };
  }

  #rewrite(tree: unknown): unknown {
    if (Array.isArray(tree)) return tree.map((item) => this.#rewrite(item));
    if (typeof tree !== "object" || tree === null) return tree;
    const node = fields(tree);
    const comment = node["CommentStmt"];
    if (comment !== undefined) return { CommentStmt: this.#rewriteComment(fields(comment)) };
    const before =
      stringAt(node, "relname") === undefined ? undefined : this.#before.get(relationKey(relationOf(node)));
    if (before !== undefined) return { ...node, schemaname: before.schema, relname: before.name };
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, this.#rewrite(value)]));
  }

  #rewriteComment(comment: Record<string, unknown>): Record<string, unknown> {
    const parts = listAt(fields(fields(comment["object"])["List"]), "items").map(textOf);
    const column = comment["objtype"] === "OBJECT_TABLE" ? [] : parts.slice(-1);
    const name = parts.slice(0, parts.length - column.length);
    const before = this.#before.get(
      relationKey({ schema: name.at(-2) ?? "public", name: name.at(-1) ?? "" }),
    );
    if (before === undefined) return comment;
    const items = [before.schema, before.name, ...column].map((sval) => ({ String: { sval } }));
    return { ...comment, object: { List: { items } } };
  }
}
