import { ddl, relationKey, type Draft } from "../draft.ts";
import type { RemakingStep } from "./remade-with.ts";

/**
 * A statement that a step does as part of its own transaction needs no statements; it stands there by its name, so
 * that it can be moved to expand where the new version needs it before.
 */
export function partOf({ index }: { index: number }, { table, isFinal }: RemakingStep): Draft[] {
  if (!isFinal) return [];
  const title = "what stands on it is made again";
  const step = ddl({ title, relations: [table], statements: [], undo: null });
  return [{ phase: "contract", slot: "final", order: index, merge: `final ${relationKey(table)}`, step }];
}
