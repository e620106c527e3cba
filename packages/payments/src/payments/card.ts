/** A card as the card holder typed it. It goes to the acquirer and nowhere else: never stored, never logged. */
export interface Card {
  number: string;
  expMonth: number;
  expYear: number;
  cvv: string;
}

/** What may be kept of a card. */
export interface CardTrace {
  brand: "Visa" | "Mastercard" | "American Express" | "Other";
  last4: string;
  expMonth: number;
  expYear: number;
}

/** True when the last digit is the check digit of the others (ISO/IEC 7812-1, Luhn). */
export function luhnValid(number: string): boolean {
  if (!/^[0-9]{12,19}$/.test(number)) return false;
  let sum = 0;
  for (let place = 0; place < number.length; place++) {
    const digit = Number(number.charAt(number.length - 1 - place));
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

export function traceOf(card: Omit<Card, "cvv">): CardTrace {
  return {
    brand: brandOf(card.number),
    last4: card.number.slice(-4),
    expMonth: card.expMonth,
    expYear: card.expYear,
  };
}

function brandOf(number: string): CardTrace["brand"] {
  if (number.startsWith("4")) return "Visa";
  if (/^(5[1-5]|2[2-7])/.test(number)) return "Mastercard";
  if (/^3[47]/.test(number)) return "American Express";
  return "Other";
}

/** The countries of the issuers whose ranges we know: those of the simulator. No country is better than a wrong one. */
const issuerCountries: readonly (readonly [prefix: string, country: string])[] = [
  ["424242", "FR"],
  ["400000", "FR"],
  ["555555", "IT"],
  ["378282", "US"],
];

/** ISO 3166 code of the country that a card was issued in; null when its range is not known. */
export function issuerCountryOf(number: string): string | null {
  return issuerCountries.find(([prefix]) => number.startsWith(prefix))?.[1] ?? null;
}

/** Reads `MM/YY` or `MM/YYYY`; undefined when it is no month, or one that has passed. */
export function readExpiry(text: string, now: Date): { expMonth: number; expYear: number } | undefined {
  const match = /^(0[1-9]|1[0-2])\s*\/\s*(\d{2}|\d{4})$/.exec(text.trim());
  if (match === null) return undefined;
  const expMonth = Number(match[1]);
  const expYear = Number(match[2]) + (match[2]?.length === 2 ? 2_000 : 0);
  const monthsLeft = (expYear - now.getUTCFullYear()) * 12 + expMonth - 1 - now.getUTCMonth();
  return monthsLeft >= 0 ? { expMonth, expYear } : undefined;
}
