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
  return (left !== -1 && left < right) || isLonger(from, to) || isRoomier(from, to);
}

/** Of varchar: one that is as long, or has no limit. */
function isLonger(from: string, to: string): boolean {
  const [left, right] = [from, to].map((type) => /^character varying(?:\((\d+)\))?$/.exec(type));
  if (left === null || left === undefined || right === null || right === undefined) return false;
  return right[1] === undefined || (left[1] !== undefined && Number(right[1]) >= Number(left[1]));
}

/** Of numeric: one with as many digits before the point and behind it, or without a limit. */
function isRoomier(from: string, to: string): boolean {
  const [left, right] = [from, to].map((type) =>
    /^numeric\((\d+),(-?\d+)\)$/.exec(type)?.slice(1).map(Number),
  );
  if (left === undefined) return false;
  if (to === "numeric") return true;
  if (right === undefined) return false;
  const [digits = 0, behind = 0] = left;
  const [room = 0, roomBehind = 0] = right;
  return roomBehind >= behind && room - roomBehind >= digits - behind;
}
