import { displayName } from "../sql/quote.ts";
import { cannotPlan } from "./cannot-plan.ts";
import { sameRelation } from "./draft.ts";
import type { ChangeModel, TableChange } from "./model.ts";
import { shownName, syncTriggerName } from "./names.ts";

/** Refuses a table some of whose rows would be written past the sync. Throws `Failure` "cannot-plan". */
export function refuseUnsynced({ relation, before }: TableChange, model: ChangeModel): void {
  const operation = model.operations.find(
    (each) => "table" in each && sameRelation(each.table, relation) && each.kind !== "create-index",
  );
  if (operation === undefined) return;
  if (before.hasHeirs) {
    throw cannotPlan(operation, {
      what: `other tables inherit from ${shownName(relation)}, and a trigger that keeps two columns equal does not fire for rows that are written to them.`,
      next: "Make partitions of them, or take the inheritance away (ALTER TABLE … NO INHERIT) in a change before this one.",
    });
  }
  const own = Buffer.from(syncTriggerName(relation));
  const later = before.triggers.find((name) => Buffer.compare(Buffer.from(name), own) > 0);
  if (later === undefined) return;
  throw cannotPlan(operation, {
    what: `triggers fire in the order of their names' bytes, and ${displayName(later)} would come after the one that keeps two columns equal, which must see what it does to a row.`,
    next: `Rename the trigger first, to a name of ASCII letters: alter trigger ${displayName(later)} on ${shownName(relation)} rename to …`,
  });
}
