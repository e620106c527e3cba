/** A reference of the platform: visible ASCII, so that it is the same in an address, a log and a CSV file. */
export const reference = { type: "string", pattern: "^[A-Za-z0-9_.:-]{1,100}$" };
export const amountCents = { type: "integer", minimum: 1, maximum: 1_000_000_000 };
