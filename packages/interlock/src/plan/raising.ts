import { neverRaises } from "./expression.ts";
import type { Mapping } from "./model.ts";

/** Whether computing a mapping can fail for some row, in its expression or on the way into the column's type. */
export function mayRaise({ expression, isTotal }: Mapping, type: string): boolean {
  return isTotal !== true && (!neverRaises(expression) || type.includes("("));
}

const integers = ["smallint", "integer", "bigint", "numeric"];

/** Whether every value of one type is a value of the other, so that the cast can't fail. */
export function isWidening(from: string, to: string): boolean {
  if (to === "text" || from === to) return true;
  const [left, right] = [integers.indexOf(from), integers.indexOf(to)];
  return left !== -1 && left < right;
}
