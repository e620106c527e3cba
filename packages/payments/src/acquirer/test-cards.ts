import { luhnValid } from "../payments/card.ts";

/** How the acquirer treats a card. `answer: "lost"` decides, writes it down, and never says so. */
interface Outcome {
  code: string | null;
  answer: "given" | "lost";
}

const approved: Outcome = { code: null, answer: "given" };

/** Cards with an outcome of their own. Every other number with a right check digit is approved. */
const outcomes: ReadonlyMap<string, Outcome> = new Map([
  ["4000000000000002", { code: "card_declined", answer: "given" }],
  ["4000000000000010", { code: "insufficient_funds", answer: "given" }],
  ["4000000000000028", { code: "fraud_suspected", answer: "given" }],
  ["4000000000000036", { code: "processing_error", answer: "given" }],
  ["4000000000000044", { code: null, answer: "lost" }],
  ["4000000000000051", { code: "card_declined", answer: "lost" }],
]);

export function outcomeOf(number: string): Outcome {
  if (!luhnValid(number)) return { code: "incorrect_number", answer: "given" };
  return outcomes.get(number) ?? approved;
}
