import { parseStatements, type Statement } from "../sql/parse.ts";
import { child, isTree, list, text } from "../sql/tree.ts";
import type { Migration } from "./migration.ts";

/** Words without which a text makes no role and gives nothing away, and without which it speaks of none. */
const managing =
  /\b(?:role|owner|reassign|authorization|default\s+privileges|(?:create|alter|drop)\s+(?:user|group|database))\b/i;
const speaking = /\b(?:role|owner|grant|revoke|policy|authorization|(?:create|alter)\s+user)\b/i;

/** The roles that migrations give rights to or take them from: nothing makes them where a migration is rehearsed. */
export function namedRoles(migrations: readonly Migration[]): string[] {
  const names = new Set<string>();
  for (const migration of migrations.filter((one) => speaking.test(one.text))) {
    for (const { node } of migration.statements) collect(node, names);
  }
  return [...names].filter((name) => !name.startsWith("pg_") && name !== "postgres");
}

/** Roles that a block makes where they are missing, as `do $$ … create role reader … $$` does. */
const madeInBlock = /\bcreate\s+(?:role|user)\s+(?:"([^"]+)"|(\w+))/gi;

function collect(value: unknown, names: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, names);
    return;
  }
  if (!isTree(value)) return;
  if (value["roletype"] === "ROLESPEC_CSTRING") {
    const name = text(value, "rolename");
    if (name !== undefined) names.add(name);
  }
  const block = child(value, "DoStmt");
  if (block !== undefined) {
    for (const [, quoted, bare] of JSON.stringify(block).replaceAll('\\"', '"').matchAll(madeInBlock)) {
      names.add(quoted ?? bare?.toLowerCase() ?? "");
    }
  }
  for (const member of Object.values(value)) collect(member, names);
}

/**
 * A text without the statements that make roles, change them, or give objects away: whoever ran it had rights that a
 * rehearsal has not, and no statement of an application sees what they did. Lines keep their numbers.
 */
export function withoutRoles(sql: string, path: string): string {
  if (!managing.test(sql)) return sql;
  let statements: readonly Statement[];
  try {
    statements = parseStatements(sql, path);
  } catch {
    // Whoever runs it says where it does not parse.
    return sql;
  }
  let written = "";
  let from = 0;
  for (const statement of statements) {
    if (!isAboutRoles(statement.node)) continue;
    const start = sql.indexOf(statement.sql, from);
    written += sql.slice(from, start) + statement.sql.replaceAll(/[^\n]+/g, "");
    from = start + statement.sql.length;
  }
  return written + sql.slice(from);
}

const kinds: ReadonlySet<string> = new Set([
  "CreateRoleStmt",
  "AlterRoleStmt",
  "AlterRoleSetStmt",
  "DropRoleStmt",
  "GrantRoleStmt",
  "AlterOwnerStmt",
  "ReassignOwnedStmt",
  "AlterDatabaseStmt",
  "AlterDatabaseSetStmt",
]);

function isAboutRoles(node: object): boolean {
  const [[kind = "", body] = []] = Object.entries(node) as [string, unknown][];
  if (kinds.has(kind)) return true;
  if (kind === "AlterTableStmt") {
    return list(body, "cmds").every(
      (command) => text(child(command, "AlterTableCmd"), "subtype") === "AT_ChangeOwner",
    );
  }
  if (kind === "AlterDefaultPrivilegesStmt") {
    return list(body, "options").some((option) => text(child(option, "DefElem"), "defname") === "roles");
  }
  return kind === "VariableSetStmt" && ["role", "session_authorization"].includes(text(body, "name") ?? "");
}
