/**
 * The cents of a Nexo amount, which is a decimal number of euros: 12.34 is 1,234. Undefined for one with more than
 * two places, such as the 0.30000000000000004 of a cash register that adds up in floating point.
 */
export function centsOf(amount: number): number | undefined {
  const cents = Math.round(amount * 100);
  // A division is rounded to the nearest double, as a decimal literal is: equal means that it was those cents.
  return cents / 100 === amount ? cents : undefined;
}

/** Cents as a Nexo amount. */
export function amountOf(cents: number): number {
  return cents / 100;
}
