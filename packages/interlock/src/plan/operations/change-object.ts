import { ddl } from "../draft.ts";
import { lockOfObjects, tablesOfObjects } from "../dependants/locks-of-objects.ts";
import { partOf } from "../dependants/part-of.ts";
import { changesOf, replacedTogether } from "../dependants/recreated.ts";
import { remadeWith } from "../dependants/remade-with.ts";
import { undoOfObjects } from "../dependants/undo-of-objects.ts";
import { dropOf } from "../drop-of.ts";
import { fields } from "../expression.ts";
import { firstLine } from "../first-line.ts";
import type { ChangeModel, ObjectChange } from "../model.ts";
import type { ChangeObject } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";

const statements = [
  "ViewStmt",
  "CreateFunctionStmt",
  "AlterFunctionStmt",
  "CreateTrigStmt",
  "CreatePolicyStmt",
  "AlterPolicyStmt",
  "RuleStmt",
  "CreateStatsStmt",
  "AlterStatsStmt",
  "CreatePublicationStmt",
  "AlterPublicationStmt",
];

/** What DROP, RENAME, OWNER TO, SET SCHEMA, COMMENT and ALTER are of. */
const objectTypes = [
  "OBJECT_VIEW",
  "OBJECT_MATVIEW",
  "OBJECT_FUNCTION",
  "OBJECT_PROCEDURE",
  "OBJECT_ROUTINE",
  "OBJECT_TRIGGER",
  "OBJECT_POLICY",
  "OBJECT_RULE",
  "OBJECT_STATISTIC_EXT",
  "OBJECT_PUBLICATION",
];

/** Says by which of its fields a statement names what it is about. */
const typeFields: Readonly<Record<string, string>> = {
  DropStmt: "removeType",
  RenameStmt: "renameType",
  AlterOwnerStmt: "objectType",
  AlterObjectSchemaStmt: "objectType",
  CommentStmt: "objtype",
  AlterTableStmt: "objtype",
  CreateTableAsStmt: "objtype",
};

/**
 * What is new is made in expand, what goes and what only describes in contract. What is dropped and made again is
 * replaced in one transaction, in expand unless that breaks the old version. The undo brings back what the schema
 * had before.
 */
export const changeObject = operationKind<ChangeObject>({
  kind: "change-object",
  title: "A view, function, trigger, policy and the like is made, replaced or dropped",
  fromStatement(name, inside, node) {
    const type = typeFields[name];
    const known =
      statements.includes(name) || (type !== undefined && objectTypes.includes(String(inside[type])));
    return known ? { kind: "change-object", node } : undefined;
  },
  draft(operation, { model, placement }) {
    const together = replacedTogether(operation, model);
    // The last of them stands for all.
    if (together.at(-1) !== operation) return [];
    for (const { identity } of refilled(together, model)) model.notes.push(waitsForFilling(identity));
    const late = together.length === 1 && isLate(operation);
    const early = (placement ?? (late ? "late" : "early")) === "early";
    const step = remadeWith(operation, model);
    if (step !== undefined && (step.of === "type" ? placement !== "early" : !early))
      return partOf(operation, step);
    return [
      {
        phase: early ? "expand" : "contract",
        slot: early ? "shape" : "final",
        order: operation.index,
        step: ddl({
          title: together.map(({ sql }) => firstLine(sql)).join("; "),
          relations: tablesOfObjects(together, model),
          lock: lockOfObjects(together, model),
          statements: together.map((each) => statementOf(each, model)),
          undo: early ? undoOf(together, model) : null,
        }),
      },
    ];
  },
});

/** Materialised views that are dropped and made again. */
function refilled(together: readonly ChangeObject[], model: ChangeModel): ObjectChange[] {
  const changes = together.flatMap((each) => changesOf(each, model));
  return changes.filter(
    ({ identity, before, after }) =>
      before?.kind === "materialized view" &&
      after === undefined &&
      changes.some((other) => other.identity === identity && other.after !== undefined),
  );
}

function waitsForFilling(identity: string): string {
  return `The ${identity.replace("materialized", "materialised")} is filled in the transaction that makes it anew, and whoever reads it waits for that. Where it takes longer than the lock budget, make the new one under another name and drop the old one in a change of its own.`;
}

/** What takes something away or only describes goes last. */
function isLate({ node }: ChangeObject): boolean {
  const [name = "", body] = Object.entries(node)[0] ?? [];
  if (name === "AlterPublicationStmt") return fields(body)["action"] === "AP_DropObjects";
  return ["DropStmt", "CommentStmt", "RenameStmt"].includes(name);
}

/** `select *` would take in the columns that are there for the time of the change only. */
function statementOf(operation: ChangeObject, model: ChangeModel): string {
  const { node, sql } = operation;
  const [made] = changesOf(operation, model);
  const final = model.objects.after.find(({ identity }) => identity === made?.identity);
  if (!("ViewStmt" in node) || final === undefined || !JSON.stringify(node).includes('"A_Star"')) return sql;
  return final.definition.replace(/^create view /, "create or replace view ");
}

function undoOf(together: readonly ChangeObject[], model: ChangeModel): string[] | null {
  const [first] = together;
  const whole = together.length === 1 && first !== undefined ? dropOf(first.node) : null;
  if (first !== undefined && "CreatePublicationStmt" in first.node) return whole;
  const undo = undoOfObjects(together, model);
  return undo.length === 0 ? whole : undo;
}
