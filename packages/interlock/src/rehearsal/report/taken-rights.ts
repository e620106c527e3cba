import { parseStatements } from "../../sql/parse.ts";
import { child, list, names, text, type Tree } from "../../sql/tree.ts";

/** Rights that a REVOKE takes from others than the role that runs it. */
export interface TakenRights {
  /** For people: "orders". */
  what: string;
  from: string;
  /** What a statement has to name to need them; undefined where any may. */
  names: readonly string[] | undefined;
}

/** Rights that the statements of applications need, by what they are on. */
const needed: Readonly<Record<string, readonly string[]>> = {
  OBJECT_TABLE: ["select", "insert", "update", "delete"],
  OBJECT_SEQUENCE: ["usage", "select", "update"],
  OBJECT_FUNCTION: ["execute"],
  OBJECT_PROCEDURE: ["execute"],
  OBJECT_ROUTINE: ["execute"],
  OBJECT_SCHEMA: ["usage"],
  OBJECT_DATABASE: ["connect"],
  OBJECT_TYPE: ["usage"],
  OBJECT_DOMAIN: ["usage"],
};

export function takenRights(sql: string): TakenRights[] {
  if (!/\brevoke\b/i.test(sql)) return [];
  return parseStatements(sql, "the statement").flatMap(({ node }) => {
    const revoke = child(node, "GrantStmt");
    if (revoke === undefined || revoke["is_grant"] === true) return [];
    const kind = text(revoke, "objtype") ?? "";
    const rights = list(revoke, "privileges").map((one) => text(child(one, "AccessPriv"), "priv_name"));
    const counts = needed[kind] ?? [];
    // Without a list all rights are meant.
    if (rights.length > 0 && !rights.some((right) => right !== undefined && counts.includes(right)))
      return [];
    if (counts.length === 0) return [];
    const others = list(revoke, "grantees").flatMap((one) => otherRole(child(one, "RoleSpec")));
    if (others.length === 0) return [];
    const objects = list(revoke, "objects").map(nameOf);
    const isWide = text(revoke, "targtype") === "ACL_TARGET_ALL_IN_SCHEMA" || kind === "OBJECT_SCHEMA";
    const isAny = isWide || kind === "OBJECT_DATABASE";
    const what =
      isWide && kind !== "OBJECT_SCHEMA" ? `all that is in ${objects.join(", ")}` : objects.join(", ");
    return [{ what, from: others.join(", "), names: isAny ? undefined : objects }];
  });
}

function otherRole(role: Tree | undefined): string[] {
  switch (text(role, "roletype")) {
    case "ROLESPEC_CSTRING":
      return [text(role, "rolename") ?? ""];
    case "ROLESPEC_PUBLIC":
      return ["public"];
    default:
      return [];
  }
}

function nameOf(object: unknown): string {
  const called = child(object, "ObjectWithArgs");
  return (
    text(child(object, "RangeVar"), "relname") ??
    text(child(object, "String"), "sval") ??
    names(list(called, "objname")).at(-1) ??
    names(list(child(object, "List"), "items")).at(-1) ??
    ""
  );
}
