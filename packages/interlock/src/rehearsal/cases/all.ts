import type { Subject } from "./case.ts";
import { columns } from "./columns.ts";
import { commands } from "./commands.ts";
import { conditions } from "./conditions.ts";
import { foreignKeys } from "./foreign-keys.ts";
import { functions } from "./functions.ts";
import { generated } from "./generated.ts";
import { narrower } from "./narrower.ts";
import { notNull } from "./not-null.ts";
import { onConflict } from "./on-conflict.ts";
import { partitions } from "./partitions.ts";
import { privileges } from "./privileges.ts";
import { results } from "./results.ts";
import { soughtRows } from "./sought-rows.ts";
import { triggers } from "./triggers.ts";
import { unique } from "./unique.ts";
import { userTypes } from "./user-types.ts";
import { viewsAndTables } from "./views-and-tables.ts";

export const subjects: readonly Subject[] = [
  notNull,
  unique,
  conditions,
  foreignKeys,
  narrower,
  columns,
  results,
  onConflict,
  generated,
  functions,
  triggers,
  privileges,
  userTypes,
  partitions,
  viewsAndTables,
  commands,
  soughtRows,
];
