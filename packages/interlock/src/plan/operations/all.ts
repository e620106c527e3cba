import type { OperationKind } from "../operation-kind.ts";
import { addColumn } from "./add-column.ts";
import { addConstraint } from "./add-constraint.ts";
import { changeIdentity } from "./change-identity.ts";
import { changeObject } from "./change-object.ts";
import { changeType } from "./change-type.ts";
import { createIndex } from "./create-index.ts";
import { createTable } from "./create-table.ts";
import { dropColumn } from "./drop-column.ts";
import { dropConstraint } from "./drop-constraint.ts";
import { dropDefault } from "./drop-default.ts";
import { dropIndex } from "./drop-index.ts";
import { dropNotNull } from "./drop-not-null.ts";
import { dropTable } from "./drop-table.ts";
import { passThrough } from "./pass-through.ts";
import { renameColumn } from "./rename-column.ts";
import { renameTable } from "./rename-table.ts";
import { renameEnumValue } from "./rename-enum-value.ts";
import { setDefault } from "./set-default.ts";
import { setNotNull } from "./set-not-null.ts";
import { updateRows } from "./update-rows.ts";

/** Every kind of operation; the last one takes what no other recognises. */
export const operationKinds: readonly OperationKind[] = [
  addColumn,
  renameColumn,
  changeType,
  dropColumn,
  setNotNull,
  dropNotNull,
  setDefault,
  dropDefault,
  changeIdentity,
  addConstraint,
  dropConstraint,
  createIndex,
  dropIndex,
  createTable,
  dropTable,
  renameTable,
  updateRows,
  renameEnumValue,
  changeObject,
  passThrough,
];
