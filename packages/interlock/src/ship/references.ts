import { parseStatements } from "../sql/parse.ts";
import { child, isTree, list, names, text } from "../sql/tree.ts";
import { phaseNames, type Plan, type Step } from "../plan/plan.ts";

/** A name as SQL writes it; the schema is null where the search path decides. */
export interface Reference {
  kind: "relation" | "type" | "function";
  schema: string | null;
  name: string;
  /** `change`: it is made, altered, dropped or its rows are written; `use`: it only has to stay as it is. */
  how: "change" | "use";
  /** Not where it was found in a body by its place in a sentence alone: what does not exist is none. */
  isSure: boolean;
}

/**
 * Everything that a plan's steps and their undoing name: relations, types, functions. Tables that are only read
 * count as changed too: what another change does to their rows or columns would be read. Pure.
 */
export function referencesOf({ phases }: Pick<Plan, "phases">): Reference[] {
  const steps = phaseNames.flatMap((phase) => phases[phase]);
  const found = steps.flatMap((step) => [
    ...step.relations.map(({ schema, name }) => relation(schema, name)),
    ...ownRelations(step),
    ...textsOf(step).flatMap(referencesIn),
  ]);
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()].filter(
    ({ schema }) => schema !== "interlock" && schema !== "pg_catalog" && schema !== "information_schema",
  );
}

function ownRelations(step: Step): Reference[] {
  if (step.kind === "copy")
    return [step.relation, step.target].map(({ schema, name }) => relation(schema, name));
  return step.kind === "backfill" || step.kind === "verify"
    ? [relation(step.relation.schema, step.relation.name)]
    : [];
}

function textsOf(step: Step): string[] {
  const undo = step.undo ?? [];
  switch (step.kind) {
    case "ddl":
      return [...step.statements, ...undo];
    case "validate":
    case "index":
      return [step.statement, ...undo];
    case "backfill":
      return [...expressions(step.set), ...condition(step.where), ...undo];
    case "copy":
      return [...expressions(step.columns), ...condition(step.where), ...undo];
    case "verify":
      return [...condition(step.violation), ...undo];
  }
}

function referencesIn(sql: string): Reference[] {
  try {
    return parseStatements(sql, "a plan").flatMap(({ node }) => [...visit(node, { how: "use" })]);
  } catch {
    // What the parser does not take is looked through like the body of a function.
    return inBody(sql);
  }
}

function expressions(all: readonly { expression: string }[]): string[] {
  return all.map(({ expression }) => `select ${expression}`);
}

function condition(where: string | null): string[] {
  return where === null ? [] : [`select ${where}`];
}

/** Statements that change the types or functions that they name. */
const changing = /^(?:Create|Alter|Drop|Comment|Composite|Define|Rename|Security|View)/;

function* visit(tree: unknown, context: { how: Reference["how"] }): Generator<Reference> {
  if (Array.isArray(tree)) {
    for (const item of tree) yield* visit(item, context);
    return;
  }
  if (!isTree(tree)) return;
  const relname = text(tree, "relname");
  if (relname !== undefined) yield relation(text(tree, "schemaname") ?? null, relname);
  for (const [key, member] of Object.entries(tree)) {
    if (namingObjects.includes(key)) yield* objectsOf(member);
    if (key === "CreateTrigStmt") yield* named("function", list(member, "funcname"), "use");
    if (key === "CreateFunctionStmt") yield* named("function", list(member, "funcname"), "change");
    if (key === "ObjectWithArgs") yield* named("function", list(member, "objname"), context.how);
    if (key === "FuncCall") yield* named("function", list(member, "funcname"), "use");
    if (key === "TypeName" || key === "typeName") yield* named("type", list(member, "names"), "use");
    if (["CreateEnumStmt", "AlterEnumStmt", "CreateRangeStmt"].includes(key))
      yield* named("type", list(member, "typeName"), "change");
    if (key === "CreateDomainStmt") yield* named("type", list(member, "domainname"), "change");
    if (key === "typevar") yield asType(member);
    if (key === "sval" && typeof member === "string" && /\b(?:from|join|update|into)\b/i.test(member))
      yield* inBody(member);
    yield* visit(member, { how: changing.test(key) ? "change" : context.how });
  }
}

/** Statements that name their objects in lists of names. */
const namingObjects = ["DropStmt", "CommentStmt", "RenameStmt", "AlterOwnerStmt", "AlterObjectSchemaStmt"];

function* objectsOf(statement: unknown): Generator<Reference> {
  const kind =
    ["removeType", "objtype", "renameType", "objectType"].map((key) => text(statement, key)).find(Boolean) ??
    "";
  const objects = [...list(statement, "objects"), ...(isTree(statement) ? [statement["object"]] : [])];
  for (const object of objects) {
    const parts = names(list(child(object, "List"), "items"));
    // Of a trigger, a policy, a rule or a column the table comes first.
    const onTable = [
      "OBJECT_TRIGGER",
      "OBJECT_POLICY",
      "OBJECT_RULE",
      "OBJECT_COLUMN",
      "OBJECT_TABCONSTRAINT",
    ];
    const of = onTable.includes(kind) ? parts.slice(0, -1) : parts;
    const name = of.at(-1);
    const isType = kind === "OBJECT_TYPE" || kind === "OBJECT_DOMAIN";
    if (name !== undefined)
      yield { ...relation(of.at(-2) ?? null, name), ...(isType ? { kind: "type" as const } : {}) };
    yield* named("type", list(child(object, "TypeName"), "names"), "change");
  }
}

function* named(
  kind: "type" | "function",
  parts: readonly unknown[],
  how: Reference["how"],
): Generator<Reference> {
  const all = names(parts);
  const name = all.at(-1);
  if (name !== undefined) yield { kind, schema: all.at(-2) ?? null, name, how, isSure: true };
}

function asType(range: unknown): Reference {
  const [schema, name] = [text(range, "schemaname") ?? null, text(range, "relname") ?? ""];
  return { kind: "type", schema, name, how: "change", isSure: true };
}

/** What the body of a function or of a DO block reads and writes; names that are none are sorted out where they are looked up. */
function inBody(body: string): Reference[] {
  const part = String.raw`(?:"(?:[^"]|"")+"|[a-z_][\w$]*)`;
  const pattern = new RegExp(
    String.raw`(?<!distinct\s)\b(?:from|join|update|into|table|only)\s+(${part})(?:\s*\.\s*(${part}))?`,
    "gi",
  );
  return [...body.matchAll(pattern)].map(([, first = "", second]) => ({
    ...(second === undefined ? relation(null, unquoted(first)) : relation(unquoted(first), unquoted(second))),
    isSure: false,
  }));
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();
}

function relation(schema: string | null, name: string): Reference {
  return { kind: "relation", schema, name, how: "change", isSure: true };
}
