import { changes, type Change } from "../../packages/payments/src/changes/changes.ts";

/** The changes of the payment platform that are meant by `01`, `1` or `01-paid-refunded-to-status`; all where none is. */
export function chosenChanges(asked: readonly string[]): readonly Change[] {
  if (asked.length === 0) return changes;
  return asked.map((text) => {
    const found = changes.find(({ name, number }) => name === text || number === Number(text));
    if (found === undefined)
      throw new Error(
        `There is no change ${text}. Those there are: ${changes.map(({ name }) => name).join(", ")}.`,
      );
    return found;
  });
}
