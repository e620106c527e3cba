import type { ChangeModel, ObjectChange } from "../model.ts";
import type { ChangeObject } from "../operation.ts";

/** The statements of a change that are about views, functions, triggers and the like. */
export function objectOperations({ operations }: Pick<ChangeModel, "operations">): ChangeObject[] {
  return operations.filter((each): each is ChangeObject => each.kind === "change-object");
}

export function changesOf(
  { index }: { index: number },
  { effects }: Pick<ChangeModel, "effects">,
): readonly ObjectChange[] {
  return effects.get(index)?.objects ?? [];
}

/**
 * The statements that replace objects together with this one: what is dropped and made again, with what stands on
 * it. They are one step, in one transaction. Only the statement itself where nothing is replaced.
 */
export function replacedTogether(
  operation: ChangeObject,
  model: Pick<ChangeModel, "operations" | "effects">,
): ChangeObject[] {
  const all = objectOperations(model).filter((each) => replaces(each, model));
  if (!all.includes(operation)) return [operation];
  const found = new Set([operation]);
  const names = new Set<string>();
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const each of found) for (const name of namesOf(each, model)) names.add(name);
    for (const each of all) if (namesOf(each, model).some((name) => names.has(name))) found.add(each);
  }
  return [...found].toSorted((left, right) => left.index - right.index);
}

/** Whether it drops what a later statement makes, or makes what an earlier one dropped. */
function replaces(operation: ChangeObject, model: Pick<ChangeModel, "operations" | "effects">): boolean {
  const others = objectOperations(model);
  return changesOf(operation, model).some(({ identity, before, after }) =>
    others.some((other) =>
      changesOf(other, model).some(
        (change) =>
          change.identity === identity &&
          ((after === undefined && change.before === undefined && other.index > operation.index) ||
            (before === undefined && change.after === undefined && other.index < operation.index)),
      ),
    ),
  );
}

/** The objects that it is about, and those that they stand on. */
function namesOf(operation: ChangeObject, model: Pick<ChangeModel, "effects">): string[] {
  return changesOf(operation, model).flatMap(({ identity, before, after }) => [
    identity,
    ...(before?.needs ?? []),
    ...(after?.needs ?? []),
  ]);
}
