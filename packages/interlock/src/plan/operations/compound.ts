import { operationKinds } from "./all.ts";

/** What several statements of a migration say together. Each has its page in docs/operations/ too. */
const compoundKinds = [
  { kind: "move-columns", title: "Columns go into another table" },
  { kind: "rebuild-table", title: "A table is made anew: partitioned, for one" },
] as const;

/** Every kind of change that has a page. */
export const pagedKinds: readonly { kind: string; title: string }[] = [...operationKinds, ...compoundKinds];
