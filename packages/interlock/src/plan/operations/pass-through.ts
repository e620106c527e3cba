import { cannotPlan } from "../cannot-plan.ts";
import { partOf } from "../dependants/part-of.ts";
import { remadeWith } from "../dependants/remade-with.ts";
import { ddl, relationKey } from "../draft.ts";
import { firstLine } from "../first-line.ts";
import { fields } from "../expression.ts";
import { dropOf } from "../drop-of.ts";
import type { ChangeModel } from "../model.ts";
import type { PassThrough } from "../operation.ts";
import { listAt, relationsOf } from "../tree.ts";
import { updatedColumns } from "../updated-columns.ts";
import { operationKind } from "../operation-kind.ts";
import type { LockMode } from "../../database/lock-mode.ts";
import { referencedTables } from "../referenced-tables.ts";

/** Statements that take something away, or only describe: they go last unless that breaks the new version. */
const lateNames = ["DropStmt", "CommentStmt", "RenameStmt", "DeleteStmt", "TruncateStmt"];
const dataNames = ["InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt", "CopyStmt"];
/** What they set lasts for a session or a transaction, and each step has its own. */
const harmlessSettings = [
  "lock_timeout",
  "statement_timeout",
  "idle_in_transaction_session_timeout",
  "client_min_messages",
];

/** What no other kind knows goes through as it is, in one step; the rehearsal judges it. */
export const passThrough = operationKind<PassThrough>({
  kind: "pass-through",
  title: "Anything else: the rehearsal decides",
  draft(operation, { model, placement }) {
    const [name = "", body] = Object.entries(operation.node)[0] ?? [];
    if (name === "VariableSetStmt") {
      if (harmlessSettings.includes(String(fields(body)["name"]))) return [];
      throw cannotPlan(operation, {
        what: "the migration sets something for its own session, and a plan's steps have sessions of their own.",
        next: "Leave the setting out, and write names with their schemas.",
      });
    }
    if (model.moves.some(({ order }) => order === operation.index)) return [];
    if (isMapped(operation, model)) return [];
    refuseOldRows(operation, name, model);
    const step = remadeWith(operation, model);
    if (step?.of === "type" && placement !== "early") return partOf(operation, step);
    const revokes = name === "GrantStmt" && fields(body)["is_grant"] !== true;
    const late = (lateNames.includes(name) || revokes) && !operation.onNewTable;
    const early = (placement ?? (late ? "late" : "early")) === "early";
    const relations = referencedTables(operation.sql, model);
    // What is on a new table goes with it; a trigger before it, or its function could not go.
    const undo = operation.onNewTable && name !== "CreateTrigStmt" ? [] : dropOf(operation.node);
    return [
      {
        phase: early ? "expand" : "contract",
        slot: early ? "shape" : "final",
        order: operation.index,
        ...mergedWith(early ? undefined : finalOfOwner(operation, model)),
        step: ddl({
          title: firstLine(operation.sql),
          relations,
          lock: lockOf(name),
          statements: [operation.sql],
          undo: early ? undo : null,
        }),
      },
    ];
  },
});

function mergedWith(merge: string | undefined): { merge?: string } {
  return merge === undefined ? {} : { merge };
}

/** A sequence goes in one transaction with what else is final for the table whose column it belongs to. */
function finalOfOwner({ node }: PassThrough, { tables }: ChangeModel): string | undefined {
  const drop = fields(fields(node)["DropStmt"]);
  if (drop["removeType"] !== "OBJECT_SEQUENCE") return undefined;
  const [dropped] = relationsOf(listAt(drop, "objects"));
  const owner = [...tables.values()].find(({ before }) =>
    before.columns.some(({ ownedSequences }) =>
      ownedSequences.some(({ schema, name }) => schema === dropped?.schema && name === dropped.name),
    ),
  );
  return owner === undefined ? undefined : `final ${relationKey(owner.relation)}`;
}

/** An UPDATE all of whose columns have mappings: they say what it says, row by row and for good. */
function isMapped(operation: PassThrough, { tables }: ChangeModel): boolean {
  return [...tables.values()].some(({ relation, groups }) => {
    const columns = updatedColumns(operation, relation);
    const mapped = new Set(groups.flatMap(({ up }) => up.map(({ column }) => column)));
    return columns.length > 0 && columns.every((column) => mapped.has(column));
  });
}

/** A copy of rows that the old version goes on writing would miss what it writes afterwards. */
function refuseOldRows(operation: PassThrough, name: string, model: ChangeModel): void {
  if (!dataNames.includes(name)) return;
  const moving = referencedTables(operation.sql, model).find((table) =>
    model.writtenByOld.has(relationKey(table)),
  );
  if (moving === undefined) return;
  const writers = model.writtenByOld.get(relationKey(moving)) ?? [];
  throw cannotPlan(operation, {
    what: `this statement reads or changes rows of ${moving.name}, which ${writers.join(", ")} ${writers.length === 1 ? "goes" : "go"} on writing.`,
    why: "What is written after it ran would be missing or left as it was.",
    next: "Write it as `update table set column = expression [where …]` over the table's own columns, without FROM, so that it becomes a mapping; or move the rows in a later change, when the old version is gone.",
  });
}

function lockOf(name: string): LockMode {
  if (name === "GrantStmt" || name === "CommentStmt" || name === "ViewStmt") return "AccessShareLock";
  if (dataNames.includes(name)) return "RowExclusiveLock";
  if (name === "CreateTrigStmt" || name === "CreateStmt") return "ShareRowExclusiveLock";
  return "AccessExclusiveLock";
}
