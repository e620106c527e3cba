import { quoteIdentifier } from "../sql/quote.ts";
import { child, list, names, text } from "../sql/tree.ts";
import { parseStatements, type Statement } from "../sql/parse.ts";
import { standInName, standIns } from "../shadow/stand-ins.ts";
import type { Migration } from "./migration.ts";

/** A statement that is not run, since it is about an extension that was left out. */
export interface PassedOver {
  path: string;
  line: number;
  extension: string;
}

export interface Stubbed {
  migration: Migration;
  passedOver: readonly PassedOver[];
}

/** Index methods that PostgreSQL has of its own, or in its contrib. */
const ownMethods = new Set(["btree", "hash", "gist", "gin", "spgist", "brin", "bloom"]);

/**
 * A migration without what it says of some extensions: they are not created, and indexes that need them aren't
 * either. With `withStandIns` those that there is a stand-in for are created as that. Lines keep their numbers.
 */
export function stubExtensions(
  migration: Migration,
  { extensions, withStandIns }: { extensions: readonly string[]; withStandIns: boolean },
): Stubbed {
  const passedOver: PassedOver[] = [];
  let done = "";
  let rest = migration.text;
  for (const statement of migration.statements) {
    const at = rest.indexOf(statement.sql);
    if (at === -1) throw new Error("a statement stands in the text that it was parsed from");
    const extension = leftOut(statement, extensions);
    if (extension === undefined) {
      done += rest.slice(0, at) + statement.sql;
    } else {
      passedOver.push({ path: migration.path, line: statement.line, extension });
      const instead = withStandIns ? standIn(statement, extension) : "";
      done += rest.slice(0, at) + instead + "\n".repeat(statement.sql.split("\n").length - 1);
    }
    rest = rest.slice(at + statement.sql.length);
  }
  if (passedOver.length === 0) return { migration, passedOver };
  const whole = done + rest;
  return {
    migration: { ...migration, text: whole, statements: parseStatements(whole, migration.path) },
    passedOver,
  };
}

/** The extension for whose sake a statement is left out. */
function leftOut({ node }: Statement, extensions: readonly string[]): string | undefined {
  const known = (name: string | undefined): string | undefined =>
    name !== undefined && extensions.includes(name) ? name : undefined;
  const create = child(node, "CreateExtensionStmt");
  if (create !== undefined) return known(text(create, "extname"));
  for (const kind of ["AlterExtensionStmt", "AlterExtensionContentsStmt"]) {
    const alter = child(node, kind);
    if (alter !== undefined) return known(text(alter, "extname"));
  }
  const named = child(node, "CommentStmt") ?? child(node, "AlterObjectSchemaStmt");
  if (named !== undefined) {
    const kind = text(named, "objtype") ?? text(named, "objectType");
    return kind === "OBJECT_EXTENSION" ? known(names([named["object"]])[0]) : undefined;
  }
  const drop = child(node, "DropStmt");
  if (drop !== undefined) {
    if (text(drop, "removeType") !== "OBJECT_EXTENSION") return undefined;
    const dropped = names(list(drop, "objects"));
    return dropped.every((name) => extensions.includes(name)) ? dropped[0] : undefined;
  }
  const method = text(child(node, "IndexStmt"), "accessMethod");
  if (method === undefined) return undefined;
  const owner = extensions.find((name) => standIns[name]?.accessMethods.includes(method));
  return owner ?? (ownMethods.has(method) ? undefined : extensions[0]);
}

function standIn({ node }: Statement, extension: string): string {
  const create = child(node, "CreateExtensionStmt");
  if (create === undefined || standIns[extension] === undefined) return "";
  const schema = list(create, "options")
    .map((option) => child(option, "DefElem"))
    .find((option) => text(option, "defname") === "schema");
  const name = text(child(schema?.["arg"], "String"), "sval");
  return `create extension if not exists ${quoteIdentifier(standInName(extension))}${name === undefined ? "" : ` schema ${quoteIdentifier(name)}`}`;
}
