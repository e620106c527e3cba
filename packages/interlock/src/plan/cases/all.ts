import { addColumn } from "./add-column.ts";
import { anotherMeaning } from "./another-meaning.ts";
import type { Subject } from "./case.ts";
import { changeType } from "./change-type.ts";
import { defaultsAndEnums } from "./defaults-and-enums.ts";
import { dependants } from "./dependants.ts";
import { dropColumn } from "./drop-column.ts";
import { keySwaps } from "./key-swaps.ts";
import { keysAndIndexes } from "./keys-and-indexes.ts";
import { renameColumn } from "./rename-column.ts";
import { rebuiltTables } from "./rebuilt-tables.ts";
import { renamedTables } from "./renamed-tables.ts";
import { reshapeColumns } from "./reshape-columns.ts";
import { rules } from "./rules.ts";
import { tables } from "./tables.ts";
import { together } from "./together.ts";

export const subjects: readonly Subject[] = [
  addColumn,
  renameColumn,
  changeType,
  reshapeColumns,
  dropColumn,
  rules,
  keysAndIndexes,
  keySwaps,
  defaultsAndEnums,
  anotherMeaning,
  tables,
  rebuiltTables,
  renamedTables,
  dependants,
  together,
];
