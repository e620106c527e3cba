import { Failure } from "../std/failure.ts";

/** A whole number of a flag. Throws `Failure` "number-not-valid". */
export function readNumber(
  text: string,
  { flag, least, most }: { flag: string; least: number; most: number },
): number {
  const number = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Failure({
    code: "number-not-valid",
    message: `${flag} "${text}" can't be used.`,
    state: "Nothing was started.",
    next: `Write a whole number from ${String(least)} to ${String(most)}.`,
  });
}
